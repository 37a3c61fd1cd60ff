import { formatDate, formatRelative, text } from '../../locale/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in the words of the catalogue's language: `3 minutes ago`, `yesterday`. Clocks that differ never make it the future. */
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

/** A moment as short as it is clear: the time alone today, the day with it otherwise. */
export function formatMoment(at: number, now: number): string {
  return formatDate(at, { ...dayOf(at, now), timeStyle: 'short' });
}

/** The same, to the second: of things that follow each other closely. */
export function formatSecond(at: number, now: number): string {
  return formatDate(at, { ...dayOf(at, now), timeStyle: 'medium' });
}

function dayOf(at: number, now: number): Intl.DateTimeFormatOptions {
  return new Date(at).toDateString() === new Date(now).toDateString() ? {} : { dateStyle: 'medium' };
}
