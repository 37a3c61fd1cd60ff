import { formatDate, formatRelative, formatUnit, text } from '../../locale/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Formats how long ago a time was, in the window's language: `3 minutes ago`, `yesterday`. A time in the future counts as now, because the clock of
 * another machine may be ahead.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatAgo(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  if (passed < MINUTE) return text('ui.just-now');
  if (passed < HOUR) return formatRelative(-Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return formatRelative(-Math.floor(passed / HOUR), 'hour');
  const days = Math.floor(passed / DAY);
  if (days < 30) return formatRelative(-days, 'day');
  if (days < 365) return formatRelative(-Math.floor(days / 30), 'month');
  return formatRelative(-Math.floor(days / 365), 'year');
}

/**
 * Formats a time to the minute, in the window's language and time zone, without its date if that is today.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatMoment(at: number, now: number): string {
  return formatDate(at, { ...dayOf(at, now), timeStyle: 'short' });
}

/**
 * Formats a time like `formatMoment`, but to the second, for entries that follow each other closely.
 * @param at ms since 1970
 * @param now ms since 1970
 */
export function formatMomentWithSeconds(at: number, now: number): string {
  return formatDate(at, { ...dayOf(at, now), timeStyle: 'medium' });
}

/**
 * Formats a time that is left, rounded up so that it is never over before the text says so: seconds under two minutes, else minutes.
 * @param left ms
 */
export function formatLeft(left: number): string {
  const seconds = Math.max(1, Math.ceil(left / 1000));
  return seconds < 120
    ? formatUnit(seconds, 'second', { unitDisplay: 'long' })
    : formatUnit(Math.ceil(seconds / 60), 'minute', { unitDisplay: 'long' });
}

function dayOf(at: number, now: number): Intl.DateTimeFormatOptions {
  return new Date(at).toDateString() === new Date(now).toDateString() ? {} : { dateStyle: 'medium' };
}
