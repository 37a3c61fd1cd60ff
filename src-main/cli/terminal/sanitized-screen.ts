import { isShownEscape, SHOWN_CONTROLS, shownSequence } from './screen-sequences.ts';

const ESCAPE = 0x1b;
/** Controls that cancel an escape sequence (CAN, SUB). */
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;
/** Longest escape sequence that is passed, in characters. */
const LONGEST = 256;

type ParserState = 'text' | 'escape' | 'intermediate' | 'control' | 'string';

/** Resets what programs change without a mode: soft reset, ASCII character set, default attributes. */
const RESET = '\u001b[!p\u001b(B\u000f\u001b[0m';

/**
 * Filters the output of another person's program for this terminal. Passes text, its attributes and cursor movements, as screen-sequences.ts lists
 * them. Drops everything else: sequences that resize or move the window, ask the terminal anything (its answer would be typed somewhere), set the
 * clipboard, titles, colors, links, mouse or keyboard modes, print, notify, erase scrollback or reach an outer terminal. Passes a sequence whole or
 * not at all, even if it arrives in parts. Touches nothing. Used to watch shared terminals and to play recordings.
 */
export class SanitizedScreen {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  #state: ParserState = 'text';
  #buffer = '';

  /** Returns the part of some output that may be shown. */
  filter(bytes: Uint8Array): Uint8Array {
    return this.#encoder.encode(this.#read(this.#decoder.decode(bytes, { stream: true })));
  }

  /** Sequences that restore the terminal after the last output. */
  get reset(): string {
    return RESET;
  }

  #read(text: string): string {
    let shown = '';
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const isText = code >= 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f);
      if (this.#state === 'text' && isText) continue;
      if (this.#state === 'text') shown += text.slice(from, at);
      shown += this.#consume(code, text.charAt(at));
      from = at + 1;
    }
    return this.#state === 'text' ? shown + text.slice(from) : shown;
  }

  #consume(code: number, character: string): string {
    if (code === ESCAPE) return this.#enter('escape');
    if (code === CANCEL || code === SUBSTITUTE) return this.#enter('text');
    // Some terminals interpret C1 controls as the start of a sequence, even in UTF-8.
    if (code >= 0x80 && code <= 0x9f) return this.#enter(isStringStart(code) ? 'string' : 'text');
    if (this.#state === 'string') {
      if (code === 0x07) this.#enter('text');
      return '';
    }
    // Terminals execute control characters inside a sequence at once.
    if (code < 0x20) return SHOWN_CONTROLS.has(code) ? character : '';
    if (code === 0x7f) return '';
    if (code > 0x9f) {
      this.#enter('text');
      return character;
    }
    switch (this.#state) {
      case 'escape':
        return this.#start(code, character);
      case 'intermediate':
        return this.#end(code < 0x30, character, (sequence) => (isShownEscape(sequence) ? `\u001b${sequence}` : ''));
      case 'control':
        return this.#end(code < 0x40, character, (sequence) =>
          shownSequence(sequence.slice(0, -1), sequence.slice(-1)),
        );
      default:
        return character;
    }
  }

  #start(code: number, character: string): string {
    if (character === '[') return this.#enter('control');
    if ('P]X^_'.includes(character)) return this.#enter('string');
    if (code < 0x30) {
      this.#enter('intermediate');
      this.#buffer = character;
      return '';
    }
    this.#enter('text');
    return isShownEscape(character) ? `\u001b${character}` : '';
  }

  #end(isContinued: boolean, character: string, show: (sequence: string) => string): string {
    // One character above the limit marks a sequence that is too long.
    if (this.#buffer.length <= LONGEST) this.#buffer += character;
    if (isContinued) return '';
    const sequence = this.#buffer;
    this.#enter('text');
    return sequence.length > LONGEST ? '' : show(sequence);
  }

  #enter(state: ParserState): '' {
    this.#state = state;
    this.#buffer = '';
    return '';
  }
}

/** Tells whether a character starts a string: DCS, SOS, OSC, PM or APC as a C1 control. */
function isStringStart(code: number): boolean {
  return code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);
}
