import { formatDate } from '../../locale/index.ts';

/**
 * Formats the end of a pause for the banner about it: `14:30` if it is within 18 hours, otherwise with its date.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatPauseEnd(at: number, now = Date.now()): string {
  return formatDate(at, { timeStyle: 'short', ...(at - now < 18 * 3_600_000 ? {} : { dateStyle: 'medium' }) });
}
