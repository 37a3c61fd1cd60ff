/** Meaning of typed keys: data for the program, or an escape such as `~.`. */
export type EscapeAction =
  | Readonly<{ kind: 'data'; bytes: Uint8Array }>
  | Readonly<{ kind: 'disconnect' | 'detach' | 'help' }>;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const TILDE = 0x7e;
/** Keys after the tilde. */
const ESCAPES: Readonly<Record<number, 'disconnect' | 'detach' | 'help'>> = {
  0x2e: 'disconnect', // .
  0x64: 'detach', // d
  0x3f: 'help', // ?
};

/** Help for the escapes, which `~?` prints. */
export const ESCAPE_HELP = [
  'Escapes, after Enter:',
  '  ~.  disconnect and end the terminal',
  '  ~d  leave the terminal running',
  '  ~~  send one ~',
  '  ~?  show this help',
] as const;

/**
 * Finds escapes in typed keys, as in ssh: a tilde at the start of a line, then one key. Holds the tilde back until the
 * next key arrives, so input may be split anywhere. Touches nothing.
 */
export class EscapeParser {
  #state: 'line-start' | 'tilde' | 'inside-line' = 'line-start';

  /** Returns the actions for some input, in order. Data are views of `bytes` where possible. */
  feed(bytes: Uint8Array): readonly EscapeAction[] {
    const actions: EscapeAction[] = [];
    let from = 0;
    const flush = (to: number): void => {
      if (to > from) actions.push({ kind: 'data', bytes: bytes.subarray(from, to) });
      from = to;
    };
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      if (this.#state === 'line-start' && byte === TILDE) {
        flush(index);
        from = index + 1;
        this.#state = 'tilde';
        continue;
      }
      if (this.#state === 'tilde') {
        const kind = ESCAPES[byte];
        if (kind !== undefined) {
          actions.push({ kind });
          from = index + 1;
          this.#state = 'line-start';
          continue;
        }
        // An ordinary tilde; `~~` sends a single one.
        if (byte !== TILDE) actions.push({ kind: 'data', bytes: Uint8Array.of(TILDE) });
      }
      this.#state = byte === CARRIAGE_RETURN || byte === LINE_FEED ? 'line-start' : 'inside-line';
    }
    flush(bytes.length);
    return actions;
  }

  /** Ends the input. Returns a tilde that was held back. */
  end(): readonly EscapeAction[] {
    if (this.#state !== 'tilde') return [];
    this.#state = 'inside-line';
    return [{ kind: 'data', bytes: Uint8Array.of(TILDE) }];
  }
}
