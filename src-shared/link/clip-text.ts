import { toUtf8 } from '../bytes/index.ts';

/** A text of at most `limit` bytes of UTF-8; a unit of the string is at most 3 of them. */
export function clipText(text: string, limit: number): string {
  return toUtf8(text).length <= limit ? text : text.slice(0, Math.floor(limit / 3));
}
