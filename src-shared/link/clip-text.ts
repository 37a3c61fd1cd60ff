import { toUtf8 } from '../bytes/index.ts';

/**
 * Shortens a text to at most `limit` bytes of UTF-8, for the code and reason of a CLOSE frame. Counts three bytes for each UTF-16 unit, so the result
 * can be shorter than necessary.
 */
export function clipText(text: string, limit: number): string {
  return toUtf8(text).length <= limit ? text : text.slice(0, Math.floor(limit / 3));
}
