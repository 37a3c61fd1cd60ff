import { text } from '../../../locale/index.ts';
import { formatBytes } from '../../../ui/index.ts';

/** Formats a data rate, given in bytes per second, for rows and connections. */
export function formatRate(bytes: number): string {
  return text('forwards.rate', { rate: formatBytes(bytes) });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats a duration in its largest unit, such as `5 min`. A negative one, from clocks that differ, counts as zero. */
export function formatAge(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  if (age < MINUTE) return text('forwards.age.seconds', { value: Math.floor(age / 1000) });
  if (age < HOUR) return text('forwards.age.minutes', { value: Math.floor(age / MINUTE) });
  if (age < DAY) return text('forwards.age.hours', { value: Math.floor(age / HOUR) });
  return text('forwards.age.days', { value: Math.floor(age / DAY) });
}
