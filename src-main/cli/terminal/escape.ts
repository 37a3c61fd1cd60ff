/** What keys mean: bytes for the other side, or a wish of the person. */
export type EscapeAction =
  | Readonly<{ kind: 'data'; bytes: Uint8Array }>
  | Readonly<{ kind: 'disconnect' | 'detach' | 'help' }>;

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const TILDE = 0x7e;
const WISHES: Readonly<Record<number, 'disconnect' | 'detach' | 'help'>> = {
  0x2e: 'disconnect', // .
  0x64: 'detach', // d
  0x3f: 'help', // ?
};

/** Shown for `~?`. */
export const ESCAPE_HELP = [
  'Escapes, after Enter:',
  '  ~.  disconnect, and end the terminal',
  '  ~d  detach, and leave the terminal running',
  '  ~~  send one ~',
  '  ~?  this help',
] as const;

/**
 * Finds ssh-like escapes: a tilde at the beginning of a line, then one key. The tilde is held back until the next key tells what it was, so
 * the input may be cut anywhere.
 */
export class EscapeParser {
  #state: 'line-start' | 'tilde' | 'middle' = 'line-start';

  /** What the bytes mean, in order. Data are views of `bytes` where that is possible. */
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
        const wish = WISHES[byte];
        if (wish !== undefined) {
          actions.push({ kind: wish });
          from = index + 1;
          this.#state = 'line-start';
          continue;
        }
        // It was an ordinary tilde. `~~` is the way to send just one.
        if (byte !== TILDE) actions.push({ kind: 'data', bytes: Uint8Array.of(TILDE) });
      }
      this.#state = byte === CARRIAGE_RETURN || byte === LINE_FEED ? 'line-start' : 'middle';
    }
    flush(bytes.length);
    return actions;
  }

  /** The input is over: a tilde that was held back is one. */
  end(): readonly EscapeAction[] {
    if (this.#state !== 'tilde') return [];
    this.#state = 'middle';
    return [{ kind: 'data', bytes: Uint8Array.of(TILDE) }];
  }
}
