const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Formats a size in binary units: `512 B`, `1.5 KiB`, `34 MiB`. The window instead uses the decimal units of the person's language. Pure. */
export function formatBinaryBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // Round up to the next unit instead of printing 1024.
  while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

const SIZE = /^(\d{1,9}(?:\.\d{1,3})?) ?([KMGTP]i?)?B?$/i;

/**
 * Parses a size such as `500MiB`, `1.5 GiB`, `2G` or `1024`: with and without an `i`, units are binary. Pure.
 * @returns bytes; undefined for anything else, and for less than one
 */
export function parseSize(text: string): number | undefined {
  const [, number, prefix = ''] = SIZE.exec(text.trim()) ?? [];
  const power = ['', 'K', 'M', 'G', 'T', 'P'].indexOf(prefix.slice(0, 1).toUpperCase());
  const bytes = Math.round(Number(number) * 1024 ** power);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
