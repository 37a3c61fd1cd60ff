import { isShownEscape, SHOWN_CONTROLS, shownSequence } from './screen-sequences.ts';

const ESCAPE = 0x1b;
/** Controls that cancel an escape sequence (CAN, SUB). */
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;
/** Longest escape sequence that is passed, in characters. */
const LONGEST = 256;

type Place = 'text' | 'escape' | 'intermediate' | 'control' | 'string';

/** Resets what programs change without a mode: soft reset, ASCII character set, default attributes. */
const AS_BEFORE = '\u001b[!p\u001b(B\u000f\u001b[0m';

/**
 * Filters the output of another person's program before it reaches this person's terminal: passes text with its
 * attributes, and nothing that affects the terminal itself. Drops everything that resizes or moves the window, asks the
 * terminal anything (its answer would be typed somewhere), sets the clipboard, titles, palette colours, links, mouse or
 * keyboard modes, prints, shows notifications, erases scrollback or is passed on to an outer terminal; and everything
 * unknown. Sequences are passed whole or not at all, even if they arrive in parts.
 */
export class SanitizedScreen {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  #place: Place = 'text';
  #held = '';

  /** Filters some output. @returns the part that may be shown */
  pass(bytes: Uint8Array): Uint8Array {
    return this.#encoder.encode(this.#read(this.#decoder.decode(bytes, { stream: true })));
  }

  /** Returns the sequences that restore the terminal after the last output. */
  get leave(): string {
    return AS_BEFORE;
  }

  #read(text: string): string {
    let shown = '';
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const isText = code >= 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f);
      if (this.#place === 'text' && isText) continue;
      if (this.#place === 'text') shown += text.slice(from, at);
      shown += this.#take(code, text.charAt(at));
      from = at + 1;
    }
    return this.#place === 'text' ? shown + text.slice(from) : shown;
  }

  #take(code: number, character: string): string {
    if (code === ESCAPE) return this.#go('escape');
    if (code === CANCEL || code === SUBSTITUTE) return this.#go('text');
    // Some terminals interpret C1 controls as the start of a sequence, even in UTF-8.
    if (code >= 0x80 && code <= 0x9f) return this.#go(isBeginOfString(code) ? 'string' : 'text');
    if (this.#place === 'string') {
      if (code === 0x07) this.#go('text');
      return '';
    }
    // Terminals execute control characters inside a sequence at once.
    if (code < 0x20) return SHOWN_CONTROLS.has(code) ? character : '';
    if (code === 0x7f) return '';
    if (code > 0x9f) {
      this.#go('text');
      return character;
    }
    switch (this.#place) {
      case 'escape':
        return this.#begin(code, character);
      case 'intermediate':
        return this.#end(code < 0x30, character, (held) => (isShownEscape(held) ? `\u001b${held}` : ''));
      case 'control':
        return this.#end(code < 0x40, character, (held) => shownSequence(held.slice(0, -1), held.slice(-1)));
      default:
        return character;
    }
  }

  #begin(code: number, character: string): string {
    if (character === '[') return this.#go('control');
    if ('P]X^_'.includes(character)) return this.#go('string');
    if (code < 0x30) {
      this.#go('intermediate');
      this.#held = character;
      return '';
    }
    this.#go('text');
    return isShownEscape(character) ? `\u001b${character}` : '';
  }

  #end(goesOn: boolean, character: string, show: (held: string) => string): string {
    // One character above the limit marks a sequence that is too long.
    if (this.#held.length <= LONGEST) this.#held += character;
    if (goesOn) return '';
    const held = this.#held;
    this.#go('text');
    return held.length > LONGEST ? '' : show(held);
  }

  #go(place: Place): '' {
    this.#place = place;
    this.#held = '';
    return '';
  }
}

/** Tells whether a character starts a string: DCS, SOS, OSC, PM or APC as a C1 control. */
function isBeginOfString(code: number): boolean {
  return code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);
}
