/** Controls, formats, private, unassigned and lone surrogate characters, separators of lines, and what fonts draw nothing for. */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u{16fe4}]/u;

/**
 * Characters that look blank: white space, fillers of Hangul, the empty Braille cell, the soft hyphen, empty signs of
 * music and Egyptian.
 */
const BLANK = /[\p{White_Space}\u00ad\u115f\u1160\u2800\u3164\uffa0\u{13441}\u{13442}\u{1d159}]/u;

/** Emoji as they are meant to be sent, with joiners and variation selectors. */
const EMOJI = /\p{RGI_Emoji}/gv;

export function isHidden(character: string): boolean {
  return !isPlain(character) && HIDDEN.test(character);
}

export function isBlank(character: string): boolean {
  return character === ' ' || (!isPlain(character) && BLANK.test(character));
}

/** Printable ASCII, which is most of what comes and needs no table. */
function isPlain(character: string): boolean {
  return character >= ' ' && character <= '~' && character.length === 1;
}

/** Indices (UTF-16) of the joiners and variation selectors that belong to emoji. */
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

/** `U+034F` */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Cuts between characters, never inside a surrogate pair. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
