/** Key of the row above an on-screen keyboard: an arrow by its letter in control sequences, or a key that sends text. */
export type TouchKey = Readonly<{ arrow: 'A' | 'B' | 'C' | 'D' }> | Readonly<{ text: string }>;

/** Modifiers that are held for the next key. */
export type HeldModifiers = Readonly<{ ctrl: boolean; alt: boolean }>;

export const NONE_HELD: HeldModifiers = { ctrl: false, alt: false };

const ESCAPE = '\u001b';
/** Signs with Ctrl that aren't letters, as xterm sends them (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, "Special keys"). */
const CONTROLS: Readonly<Record<string, string>> = {
  ' ': '\u0000',
  '2': '\u0000',
  '3': ESCAPE,
  '4': '\u001c',
  '5': '\u001d',
  '6': '\u001e',
  '7': '\u001f',
  '8': '\u007f',
  '/': '\u001f',
  '-': '\u001f',
  '~': '\u001e',
  '|': '\u001c',
  '?': '\u007f',
};

/** Returns the data of a pressed key. @param applicationCursorKeys the program has asked for cursor keys in application mode */
export function encodeKey(key: TouchKey, held: HeldModifiers, applicationCursorKeys: boolean): string {
  if ('text' in key) return withModifiers(key.text, held);
  const modifier = 1 + (held.alt ? 2 : 0) + (held.ctrl ? 4 : 0);
  if (modifier > 1) return `${ESCAPE}[1;${modifier}${key.arrow}`;
  return `${ESCAPE}${applicationCursorKeys ? 'O' : '['}${key.arrow}`;
}

/** Returns typed text with modifiers. Text of several characters, such as a word of an input method, stays as it is. Pure. */
export function withModifiers(text: string, { ctrl, alt }: HeldModifiers): string {
  if (Array.from(text).length !== 1) return text;
  const plain = ctrl ? controlOf(text) : text;
  return alt ? ESCAPE + plain : plain;
}

/** Returns the control character of a sign: `c` and `C` give U+0003. A sign without one stays as it is. */
function controlOf(sign: string): string {
  const control = CONTROLS[sign];
  if (control !== undefined) return control;
  return /^[@-_a-z]$/.test(sign) ? String.fromCodePoint((sign.toUpperCase().codePointAt(0) ?? 0) % 32) : sign;
}
