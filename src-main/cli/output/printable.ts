/**
 * Categories of what must not reach a terminal from another device: control characters (Cc), format characters such as text direction
 * and zero width (Cf), lone surrogates (Cs), line and paragraph separators (Zl, Zp).
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text of another side as it may be shown on one line: it can neither move the cursor, nor set a title, nor reorder what follows. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '');
}

/** JSON on one line with the same characters as `\u` escapes: a program reads the same value, and a terminal nothing that drives it. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNPRINTABLE, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}
