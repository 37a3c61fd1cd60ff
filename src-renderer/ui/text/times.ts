import { formatDate, formatRelative, text } from '../../locale/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Formats how long ago a time was: `3 minutes ago`, `yesterday`. A time in the future, from another clock, counts as now.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatAgo(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  if (passed < MINUTE) return text('peers.time.just-now');
  if (passed < HOUR) return formatRelative(-Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return formatRelative(-Math.floor(passed / HOUR), 'hour');
  const days = Math.floor(passed / DAY);
  if (days < 30) return formatRelative(-days, 'day');
  if (days < 365) return formatRelative(-Math.floor(days / 30), 'month');
  return formatRelative(-Math.floor(days / 365), 'year');
}

/**
 * Formats a time to the minute, without its date if that is today.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatMoment(at: number, now: number): string {
  return formatDate(at, { ...dayOf(at, now), timeStyle: 'short' });
}

/**
 * Formats a time to the second, without its date if that is today; for entries that follow each other closely.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatSecond(at: number, now: number): string {
  return formatDate(at, { ...dayOf(at, now), timeStyle: 'medium' });
}

function dayOf(at: number, now: number): Intl.DateTimeFormatOptions {
  return new Date(at).toDateString() === new Date(now).toDateString() ? {} : { dateStyle: 'medium' };
}
