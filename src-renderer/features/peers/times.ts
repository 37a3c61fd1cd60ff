import { text } from '../../i18n/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in the words of the catalogue's language: `3 minutes ago`, `yesterday`. Clocks that differ never make it the future. */
export function formatAgo(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  if (passed < MINUTE) return text('peers.time.just-now');
  if (passed < HOUR) return RELATIVE.format(-Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return RELATIVE.format(-Math.floor(passed / HOUR), 'hour');
  const days = Math.floor(passed / DAY);
  if (days < 30) return RELATIVE.format(-days, 'day');
  if (days < 365) return RELATIVE.format(-Math.floor(days / 30), 'month');
  return RELATIVE.format(-Math.floor(days / 365), 'year');
}

/** A moment as short as it is clear: the time alone today, the day with it otherwise. In the form this machine is set to. */
export function formatMoment(at: number, now: number, locale?: string): string {
  const moment = new Date(at);
  if (moment.toDateString() === new Date(now).toDateString())
    return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(moment);
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(moment);
}

/** The same, to the second: of things that follow each other closely. */
export function formatSecond(at: number, now: number, locale?: string): string {
  const moment = new Date(at);
  const day = moment.toDateString() === new Date(now).toDateString() ? {} : ({ dateStyle: 'medium' } as const);
  return new Intl.DateTimeFormat(locale, { ...day, timeStyle: 'medium' }).format(moment);
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
