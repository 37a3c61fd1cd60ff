import { toDate } from '#shared/dates.ts';

/** Returns the beginning of the day of a time, in the local time zone. Both are ms since 1970. */
export function dayOf(at: number): number {
  return toDate(at).setHours(0, 0, 0, 0);
}
