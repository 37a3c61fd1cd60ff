/**
 * Invisible characters: control, format, private-use, unassigned and lone surrogate characters, line separators, and characters that fonts don't
 * draw.
 */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u{16fe4}]/u;

/** Characters that look blank: white space, Hangul fillers, the empty Braille cell, the soft hyphen, empty signs of musical notation and Egyptian. */
const BLANK = /[\p{White_Space}\u00ad\u115f\u1160\u2800\u3164\uffa0\u{13441}\u{13442}\u{1d159}]/u;

/** Emoji sequences recommended by Unicode, with their joiners and variation selectors. */
const EMOJI = /\p{RGI_Emoji}/gv;

/** Reports whether a character is invisible. The functions in this file are the base of this folder; all are pure. */
export function isHidden(character: string): boolean {
  return !isPlain(character) && HIDDEN.test(character);
}

/** Reports whether a character looks like a space. */
export function isBlank(character: string): boolean {
  return character === ' ' || (!isPlain(character) && BLANK.test(character));
}

/** Reports whether a character is printable ASCII, the most frequent case, which needs no table. */
function isPlain(character: string): boolean {
  return character >= ' ' && character <= '~' && character.length === 1;
}

/** Returns the UTF-16 indices of joiners and variation selectors that belong to an emoji. */
export function emojiParts(text: string): ReadonlySet<number> {
  const parts = new Set<number>();
  for (const { 0: emoji, index } of text.matchAll(EMOJI)) {
    let at = index;
    for (const character of emoji) {
      if (isHidden(character)) parts.add(at);
      at += character.length;
    }
  }
  return parts;
}

/** Formats the code point of a character, such as `U+034F`. */
export function codePointText(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Cuts a text to at most `limit` UTF-16 units, never inside a surrogate pair. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
