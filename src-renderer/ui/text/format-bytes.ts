import { formatByteCount } from '../../locale/index.ts';

/** Formats a number of bytes in its largest decimal unit, in the window's language: `812 B`, `3.4 MB`. Commands print binary units. */
export function formatBytes(bytes: number): string {
  return formatByteCount(bytes, (value) => ({ maximumFractionDigits: value < 10 ? 1 : 0 }));
}
