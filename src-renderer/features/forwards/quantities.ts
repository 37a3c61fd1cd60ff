import { text } from '../../i18n/index.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A number of bytes as short as it is clear: `812 B`, `3.4 MB`. Decimal, as networks are measured. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 999.5 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  if (step === 0) return `${Math.round(value)} B`;
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

/** Bytes a second. */
export function formatRate(bytes: number): string {
  return text('forwards.rate', { rate: formatBytes(bytes) });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something lasts, in its largest unit. Clocks that differ never make it less than nothing. */
export function formatAge(milliseconds: number): string {
  const age = Math.max(0, milliseconds);
  if (age < MINUTE) return text('forwards.age.seconds', { value: Math.floor(age / 1000) });
  if (age < HOUR) return text('forwards.age.minutes', { value: Math.floor(age / MINUTE) });
  if (age < DAY) return text('forwards.age.hours', { value: Math.floor(age / HOUR) });
  return text('forwards.age.days', { value: Math.floor(age / DAY) });
}
