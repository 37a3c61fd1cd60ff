import type { Terminal } from '@xterm/xterm';

type Watched = Pick<Terminal, 'buffer' | 'rows' | 'onScroll'>;

/**
 * Tells new output of a terminal from drawing: output is new if it reaches a line below all that was shown. Programs that redraw the same lines, such as
 * `top`, `watch` and progress bars, give none, nor do full-screen programs; that one of them ends is news.
 */
export class NewOutput {
  readonly #terminal: Watched;
  readonly #found: () => void;
  /** Last row of the screen with text that is known; -1 for an empty screen. */
  #known = -1;
  #base = 0;
  #hasScrolled = false;
  #wasFullScreen = false;

  /** @param found called for new output */
  constructor(terminal: Watched, found: () => void) {
    this.#terminal = terminal;
    this.#found = found;
    terminal.onScroll(() => this.#scrolled());
  }

  /** Takes all that is shown now as known. */
  begin(): void {
    this.#hasScrolled = false;
    this.#base = this.#terminal.buffer.normal.baseY;
    this.#wasFullScreen = this.#isFullScreen();
    this.#known = lastRow(this.#terminal);
  }

  /** Compares with what is known, after the terminal has processed output. */
  written(): void {
    if (this.#isFullScreen()) {
      this.#wasFullScreen = true;
      return;
    }
    const last = lastRow(this.#terminal);
    const isNew = this.#hasScrolled || this.#wasFullScreen || last > this.#known;
    // An emptied screen doesn't make its lines new.
    this.#known = Math.max(this.#known, last);
    this.#hasScrolled = false;
    this.#wasFullScreen = false;
    if (isNew) this.#found();
  }

  #scrolled(): void {
    const { baseY } = this.#terminal.buffer.normal;
    // The screen moved up by a line, and a full scrollback dropped one. Only clearing the scrollback makes it shorter.
    if (baseY >= this.#base && !this.#isFullScreen()) this.#hasScrolled = true;
    this.#base = baseY;
  }

  #isFullScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }
}

/** Returns the last row of the normal screen with text; -1 for an empty screen. */
export function lastRow({ buffer: { normal }, rows }: Pick<Terminal, 'buffer' | 'rows'>): number {
  for (let row = rows - 1; row >= 0; row -= 1)
    if ((normal.getLine(normal.baseY + row)?.translateToString(true) ?? '').trimEnd() !== '') return row;
  return -1;
}
