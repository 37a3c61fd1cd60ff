/** Latest time that a `Date` can have, ms since 1970; the earliest is its negative (ECMA-262, 21.4.1.1). */
export const LATEST_TIME = 8_640_000_000_000_000;

/**
 * Returns a time as a date: the latest or earliest one there is for a time that no date can have, so that what another machine says of its clock can
 * always be shown. Pure.
 * @param time ms since 1970
 */
export function toDate(time: number): Date {
  return new Date(Math.min(Math.max(time, -LATEST_TIME), LATEST_TIME));
}
