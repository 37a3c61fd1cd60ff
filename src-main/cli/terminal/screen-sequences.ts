// What a program elsewhere may have done to a terminal by which a person looks on (ECMA-48; XTerm Control Sequences; DEC VT520): text, its looks, and
// where it stands. Named is what is let through, since nobody knows all that terminals can do.

/** Backspace, tab, the ways to a new line, the bell, and the two sets of characters. */
export const SHOWN_CONTROLS: ReadonlySet<number> = new Set([0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f]);

/** Save and restore the cursor, go to the next or the former line. */
const SHOWN_ESCAPES = /^[78DEM]$/;
/** Which characters the sets have: line drawing, ASCII, British. Lines of double size, and the test screen. */
const SHOWN_CHARACTERS = /^(?:[()*+][0AB]|#[34568])$/;
/** No number that stands for something on a screen has more digits. */
const NUMBERS = /^(?:[0-9]{0,4}(?:[;:][0-9]{0,4})*)$/;
const ONE_NUMBER = /^[0-9]{0,4}$/;
/** Where the cursor goes, what is inserted, deleted, erased and repeated, how it looks, margins. */
const SHOWN_FINALS = /^[@A-HIJKLMPSTXZ`abdefmrsu]$/;
/** Inserting instead of overwriting. */
const SHOWN_MODE = '4';
/** Origin, wrapping, blinking and visible cursor, other screens, whole pictures at once. */
const SHOWN_PRIVATE_MODES: ReadonlySet<string> = new Set(['6', '7', '12', '25', '47', '1047', '1048', '1049', '2026']);

/** @param text what is behind ESC, of two characters at most */
export function isShownEscape(text: string): boolean {
  return SHOWN_ESCAPES.test(text) || SHOWN_CHARACTERS.test(text);
}

/**
 * What of a control sequence is shown.
 * @param body what is between CSI and the final character: parameters and intermediates
 * @returns the sequence, part of it, or nothing
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
  // What has scrolled away is the viewer's own.
  if (final === 'J' && Number(body) === 3) return '';
  // With more numbers it is about the mouse.
  if (final === 'T' && !ONE_NUMBER.test(body)) return '';
  return sequence(body, final);
}

function sequence(body: string, final: string): string {
  return `\u001b[${body}${final}`;
}
