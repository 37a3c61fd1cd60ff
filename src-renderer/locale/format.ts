import { toDate } from '#shared/dates.ts';

/** BCP 47 tag of the language in which this file formats dates, numbers and lists. */
let locale = 'en';
let cache = new Map<string, unknown>();

/** Changes the language of all formats. Only `language.ts` calls this function, when the window's language changes. */
export function setLocale(next: string): void {
  locale = next;
  cache = new Map();
}

function cached<Value>(kind: string, options: object, make: () => Value): Value {
  const key = `${kind} ${JSON.stringify(options)}`;
  const known = cache.get(key) as Value | undefined;
  if (known !== undefined) return known;
  const fresh = make();
  cache.set(key, fresh);
  return fresh;
}

/** Formats a number in the window's language. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return cached('number', options, () => new Intl.NumberFormat(locale, options)).format(value);
}

/** Formats a number with its short unit: `2.5 MB`, `3 Std.` @param unit a unit of `Intl.NumberFormat`, such as `minute` */
export function formatUnit(value: number, unit: string, options: Intl.NumberFormatOptions = {}): string {
  return spaced(formatNumber(value, { style: 'unit', unit, unitDisplay: 'short', ...options }));
}

/** Formats a time as a date, a clock time or both, in the window's language and the local time zone. @param at ms since 1970 */
export function formatDate(at: number, options: Intl.DateTimeFormatOptions): string {
  return cached('date', options, () => new Intl.DateTimeFormat(locale, options)).format(toDate(at));
}

/** Formats a difference of time: `3 minutes ago`, `yesterday`. @param value negative for the past */
export function formatRelative(value: number, unit: Intl.RelativeTimeFormatUnit): string {
  const format = cached('relative', {}, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return spaced(format.format(value, unit));
}

/** Puts a space between a digit and a Chinese word, as all texts of the window have it. */
function spaced(words: string): string {
  return words.replaceAll(/(?<=\d)(?=\p{Script=Han})|(?<=\p{Script=Han})(?=\d)/gu, ' ');
}

/** Joins the parts of a duration: `12 days, 4 hours`, `12 天 4 小时`. */
export function joinUnits(parts: readonly string[]): string {
  const options = { type: 'unit', style: 'short' } as const;
  return spaced(cached('list', options, () => new Intl.ListFormat(locale, options)).format(parts));
}

/** Joins items as a list in the window's language: `a, b, c`, `a, b und c`, `a、b、c`. */
export function joinList(items: readonly string[]): string {
  const options = { type: 'conjunction', style: 'narrow' } as const;
  return cached('list', options, () => new Intl.ListFormat(locale, options)).format(items);
}

/** Compares two names for sorting in the window's language: `office-2` before `office-10`, and ö beside o. @returns negative, 0 or positive */
export function compareNames(one: string, other: string): number {
  const options = { numeric: true, sensitivity: 'base' } as const;
  return cached('names', options, () => new Intl.Collator(locale, options)).compare(one, other);
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/**
 * Formats a number of bytes in the largest decimal unit in which the value is at least 1.
 * @param precision returns the number format for a value in that unit
 */
export function formatByteCount(bytes: number, precision: (value: number) => Intl.NumberFormatOptions): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 999.5 && step < BYTES.length - 1) {
    value /= 1000;
    step += 1;
  }
  // "byte" is written out by `Intl` in most languages.
  if (step === 0) return `${formatNumber(Math.round(value))} B`;
  return formatUnit(value, BYTES[step] ?? 'byte', precision(value));
}
