import { UsageError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** Longest duration that is accepted, ms. */
const LONGEST = 366 * 86_400_000;

/**
 * Parses a duration such as `90s`, `30m`, `2h`, `1h30m`, `7d` or `2w`, larger units first, and returns ms. Pure.
 * @throws {UsageError} `usage.duration` for anything else, for zero, and for more than 366 days
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d{1,7})([smhdw])/g)];
  const whole = parts.map((part) => part[0]).join('');
  const units = parts.map((part) => UNITS[part[2] ?? ''] ?? 0);
  const descending = units.every((unit, index) => index === 0 || unit < (units[index - 1] ?? 0));
  const total = parts.reduce((sum, part, index) => sum + Number(part[1]) * (units[index] ?? 0), 0);
  if (text === '' || whole !== text || !descending || total <= 0 || total > LONGEST) {
    throw new UsageError('usage.duration', `"${text}" is not a duration`, { details: { text } });
  }
  return total;
}

/**
 * Formats milliseconds in their largest unit, such as `4 s`, `12 min`, `3 h` or `5 d`. Negative values count as zero.
 * Pure.
 */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Formats the milliseconds that are left as minutes and seconds, such as `9:58`. Pure. */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Formats a round trip in milliseconds, such as `0.4 ms` or `47 ms`; `-` for null. Pure. */
export function formatRtt(milliseconds: number | null): string {
  if (milliseconds === null) return '-';
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/**
 * Formats a local time: `14:30` today, else `2026-11-21 14:30`. Uses the time zone of this process.
 * @param at Unix time, ms
 * @param now the current Unix time, ms
 */
export function formatTime(at: number, now: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/**
 * Formats the local time at which something ends as `formatTime` does, with seconds if that is within an hour: `14:30:05`.
 * @param at Unix time, ms
 * @param now the current Unix time, ms
 */
export function formatEnd(at: number, now: number): string {
  const seconds = at > now && at - now < 3_600_000 ? `:${String(new Date(at).getSeconds()).padStart(2, '0')}` : '';
  return `${formatTime(at, now)}${seconds}`;
}

/** Formats a local time with its day and second: `2026-11-21 14:30:05`. @param at Unix time, ms */
export function formatMoment(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
