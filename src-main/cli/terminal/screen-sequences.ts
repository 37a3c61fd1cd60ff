// Escape sequences that another person's program may send to a viewer's terminal (ECMA-48; XTerm Control Sequences; DEC
// VT520): text, attributes and position. This is an allowlist, since terminals differ in what else they can do.

/** Control characters that may be shown: bell, backspace, tab, line breaks, and the switch of character sets. */
export const SHOWN_CONTROLS: ReadonlySet<number> = new Set([0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f]);

/** Escapes that save and restore the cursor, or move to the next or previous line. */
const SHOWN_ESCAPES = /^[78DEM]$/;
/** Escapes that select line drawing, ASCII or British characters, double-size lines, and the test screen. */
const SHOWN_CHARACTERS = /^(?:[()*+][0AB]|#[34568])$/;
/** Parameters of at most four digits; no position on a screen has more. */
const NUMBERS = /^(?:[0-9]{0,4}(?:[;:][0-9]{0,4})*)$/;
const ONE_NUMBER = /^[0-9]{0,4}$/;
/** Final characters of sequences that move the cursor, insert, delete, erase, repeat, and set attributes or margins. */
const SHOWN_FINALS = /^[@A-HIJKLMPSTXZ`abdefmrsu]$/;
/** Insert mode. */
const SHOWN_MODE = '4';
/** Private modes: origin, wrapping, blinking and visible cursor, alternate screens, synchronised output. */
const SHOWN_PRIVATE_MODES: ReadonlySet<string> = new Set(['6', '7', '12', '25', '47', '1047', '1048', '1049', '2026']);

/**
 * Tells whether an escape may be shown. Pure.
 * @param text the characters after ESC, at most two
 */
export function isShownEscape(text: string): boolean {
  return SHOWN_ESCAPES.test(text) || SHOWN_CHARACTERS.test(text);
}

/**
 * Filters a control sequence. Pure.
 * @param body the characters between CSI and the final character
 * @returns the sequence, the allowed part of it, or an empty text
 */
export function shownSequence(body: string, final: string): string {
  const isMode = final === 'h' || final === 'l';
  if (body === '!' && final === 'p') return sequence(body, final);
  if (isMode && body === SHOWN_MODE) return sequence(body, final);
  if (isMode && body.startsWith('?')) {
    const modes = body.slice(1).split(';');
    const shown = modes.filter((mode) => SHOWN_PRIVATE_MODES.has(mode));
    return shown.length === 0 ? '' : sequence(`?${shown.join(';')}`, final);
  }
  if ((final === 'J' || final === 'K') && /^\?[0-2]?$/.test(body)) return sequence(body, final);
  if (!SHOWN_FINALS.test(final) || !NUMBERS.test(body)) return '';
  // Scrollback belongs to the viewer.
  if (final === 'J' && Number(body) === 3) return '';
  // With several parameters this sequence is about the mouse.
  if (final === 'T' && !ONE_NUMBER.test(body)) return '';
  return sequence(body, final);
}

function sequence(body: string, final: string): string {
  return `\u001b[${body}${final}`;
}
