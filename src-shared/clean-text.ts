/** Control, format (bidirectional overrides, zero width, tags), private and lone surrogate characters, line and paragraph separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** UTF-16 units of a name. */
export const NAME_LIMIT = 64;

/**
 * A name somebody else chose, made fit to be shown: normalised, one line, nothing invisible, at most 64 characters.
 * Empty when nothing is left.
 */
export function cleanName(text: string): string {
  const visible = text
    .slice(0, NAME_LIMIT * 16)
    .normalize('NFC')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(UNSAFE, '');
  return cut(visible.replaceAll(/ +/g, ' ').trim(), NAME_LIMIT).trim();
}

/**
 * A text somebody else wrote, such as a command line, for a person to judge: what cannot be shown is marked and not dropped, and what
 * does not fit is counted, so that nothing hides behind what is seen.
 */
export function cleanDetail(text: string, limit: number): string {
  const shown = cut(text, limit);
  const rest = text.length - shown.length;
  return shown.replaceAll(UNSAFE, '\u{fffd}') + (rest === 0 ? '' : ` … and ${rest} more characters`);
}

/** Cuts between characters, never inside a surrogate pair. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
