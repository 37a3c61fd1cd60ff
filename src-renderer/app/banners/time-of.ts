import { formatDate } from '../../locale/index.ts';

/** Formats a time as `14:30` within a day, otherwise with its date. @param at ms since 1970 */
export function timeOf(at: number, now = Date.now()): string {
  return formatDate(at, { timeStyle: 'short', ...(at - now < 18 * 3_600_000 ? {} : { dateStyle: 'medium' }) });
}
