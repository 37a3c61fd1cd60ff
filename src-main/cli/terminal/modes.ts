/**
 * DEC private modes that a program can leave on when its connection is lost: cursor keys, alternate screens, mouse,
 * focus, bracketed paste.
 */
const SET_BY_PROGRAMS = new Set([1, 9, 47, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1047, 1049, 2004]);
/** Modes that switch to an alternate screen, which a program then fills. */
const OTHER_SCREENS = [47, 1047, 1049];
const CURSOR_VISIBLE = 25;
const ESCAPE = 0x1b;
/** Longest sequence that sets one of these modes, in characters. */
const LONGEST = 64;
// oxlint would rather not see it, but this is the byte that starts the sequence.
const PRIVATE_MODE = new RegExp(`^${String.fromCharCode(ESCAPE)}\\[\\?([0-9;]{1,48})([hl])`);
const UNFINISHED = new RegExp(`^${String.fromCharCode(ESCAPE)}(?:\\[(?:\\?[0-9;]{0,48})?)?$`);

/**
 * Records which DEC private modes a remote program has set in this terminal (DECSET, DECRST), so that exactly these are reset when the connection
 * ends. Touches nothing. Used while a terminal is attached or a recording is played.
 */
export class ModeTracker {
  readonly #on = new Set<number>();
  #cursorHidden = false;
  #buffer = '';

  /** Tells whether a program such as an editor uses the whole screen. */
  get isFullScreen(): boolean {
    return OTHER_SCREENS.some((mode) => this.#on.has(mode));
  }

  /** Takes output of the program. */
  feed(bytes: Uint8Array): void {
    if (this.#buffer === '' && bytes.indexOf(ESCAPE) < 0) return;
    const text = this.#buffer + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    this.#buffer = '';
    for (let at = text.indexOf('\u001b'); at >= 0; at = text.indexOf('\u001b', at + 1)) {
      const sequence = text.slice(at, at + LONGEST);
      const match = PRIVATE_MODE.exec(sequence);
      if (match !== null) this.#apply(match[1] ?? '', match[2] === 'h');
      else if (UNFINISHED.test(sequence)) this.#buffer = sequence;
    }
  }

  /**
   * Returns the sequences that reset the modes that are on; empty if there are none.
   * @param options.keepsScreen true to stay on an alternate screen
   */
  reset({ keepsScreen = false }: Readonly<{ keepsScreen?: boolean }> = {}): string {
    const off = [...this.#on]
      .filter((mode) => !keepsScreen || !OTHER_SCREENS.includes(mode))
      .map((mode) => `\u001b[?${mode}l`)
      .join('');
    const sequence = `${off}${this.#cursorHidden ? '\u001b[?25h' : ''}`;
    return sequence === '' ? '' : `${sequence}\u001b[0m`;
  }

  #apply(parameters: string, set: boolean): void {
    for (const parameter of parameters.split(';')) {
      const mode = Number(parameter);
      if (mode === CURSOR_VISIBLE) this.#cursorHidden = !set;
      else if (!set) this.#on.delete(mode);
      else if (SET_BY_PROGRAMS.has(mode)) this.#on.add(mode);
    }
  }
}
