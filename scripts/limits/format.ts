const KIB = 1024;
const UNITS = [
  [KIB ** 3, 'GiB'],
  [KIB ** 2, 'MiB'],
  [KIB, 'KiB'],
] as const;
const TIMES = [
  [24 * 3_600_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** Formats a number of bytes, such as `256 KiB`. */
export function size(bytes: number): string {
  const unit = UNITS.find(([of]) => bytes >= of && Number.isInteger((bytes * 4) / of));
  return unit === undefined ? `${count(bytes)} B` : `${bytes / unit[0]} ${unit[1]}`;
}

/** Formats a sum of bytes to the nearest MiB. */
export function about(bytes: number): string {
  return `${Math.round(bytes / KIB ** 2)} MiB`;
}

/** Formats milliseconds, such as `10 min`. */
export function time(ms: number): string {
  const unit = TIMES.find(([of]) => ms >= of && Number.isInteger((ms * 2) / of));
  return unit === undefined ? `${count(ms)} ms` : `${ms / unit[0]} ${unit[1]}`;
}

/** Formats a number, with groups of three from 10 000 on. */
export function count(value: number): string {
  return value < 10_000 ? String(value) : String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}

/** Formats a budget of so many at once, then so many a minute or second. */
export function rate(
  of: Readonly<{ burst: number; perMinute: number }> | Readonly<{ burst: number; perSecond: number }>,
): string {
  if ('perMinute' in of) return `${count(of.burst)}, then ${count(of.perMinute)} a minute`;
  return of.perSecond >= 1
    ? `${count(of.burst)}, then ${count(of.perSecond)} a second`
    : `${count(of.burst)}, then one in ${time(Math.round(1 / of.perSecond) * 1000)}`;
}

/** Builds a table of limits: what, value, reason. */
export function table(rows: readonly (readonly [what: string, value: string, reason?: string])[]): string {
  const lines = rows.map(([what, value, reason = '']) => `| ${what} | ${value} | ${reason} |`.replace('|  |', '| |'));
  return ['| limit | value | reason |', '| --- | --- | --- |', ...lines].join('\n');
}
