import { formatDate } from '../../locale/index.ts';

/** `14:30` where that is within a day, else with its date. @param at milliseconds since 1970 */
export function timeOf(at: number, now = Date.now()): string {
  return formatDate(at, { timeStyle: 'short', ...(at - now < 18 * 3_600_000 ? {} : { dateStyle: 'medium' }) });
}
