/**
 * Dates, numbers and names in the language that is spoken. `Intl` is slow to make and quick to use, so what was made is kept until the language
 * changes.
 */
let locale = 'en';
let made = new Map<string, unknown>();

/** For the language itself only; nobody else calls it. */
export function setLocale(next: string): void {
  locale = next;
  made = new Map();
}

function kept<Value>(kind: string, options: object, make: () => Value): Value {
  const key = `${kind} ${JSON.stringify(options)}`;
  const known = made.get(key) as Value | undefined;
  if (known !== undefined) return known;
  const fresh = make();
  made.set(key, fresh);
  return fresh;
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return kept('number', options, () => new Intl.NumberFormat(locale, options)).format(value);
}

/** `2.5 MB`, `3 Std.`: a number with its unit, in short. */
export function formatUnit(value: number, unit: string, options: Intl.NumberFormatOptions = {}): string {
  return formatNumber(value, { style: 'unit', unit, unitDisplay: 'short', ...options });
}

export function formatDate(at: number, options: Intl.DateTimeFormatOptions): string {
  return kept('date', options, () => new Intl.DateTimeFormat(locale, options)).format(at);
}

/** `3 minutes ago`, `yesterday`. */
export function formatRelative(value: number, unit: Intl.RelativeTimeFormatUnit): string {
  return kept('relative', {}, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })).format(value, unit);
}

/** `a, b, c`, `a, b und c`, `a、b、c`. */
export function joinList(items: readonly string[]): string {
  const options = { type: 'conjunction', style: 'narrow' } as const;
  return kept('list', options, () => new Intl.ListFormat(locale, options)).format(items);
}

/** As a person sorts in this language: `office-2` before `office-10`, ö beside o. */
export function compareNames(one: string, other: string): number {
  const options = { numeric: true, sensitivity: 'base' } as const;
  return kept('names', options, () => new Intl.Collator(locale, options)).compare(one, other);
}

const BYTES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A number of bytes in the largest unit that leaves something before the point; decimal, as networks and disks are measured. */
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
