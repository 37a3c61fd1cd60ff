import { formatUnit } from '../../locale/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats a duration in its largest unit: `3 min`, `2 hr`. Pure apart from the language. @param duration ms */
export function durationText(duration: number): string {
  const passed = Math.max(0, duration);
  if (passed < MINUTE) return formatUnit(Math.floor(passed / 1000), 'second');
  if (passed < HOUR) return formatUnit(Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return formatUnit(Math.floor(passed / HOUR), 'hour');
  return formatUnit(Math.floor(passed / DAY), 'day');
}
