import { pad, textWidth, truncate, type TerminalOutput } from '../output/index.ts';

/** Dependencies of a `ScreenNotice`. */
export type ScreenNoticeOptions = Readonly<{
  stdout: TerminalOutput;
  /** Returns the size of this terminal. */
  size(): Readonly<{ cols: number; rows: number }>;
  /** Tells whether a program uses the whole screen. */
  isFullScreen(): boolean;
  /** Requests the program's screen again. */
  redraw(): void;
}>;

/**
 * Line over the bottom row of a program that uses the whole screen, which a line between its output would shift. The program's cursor and attributes
 * stay as they are; to take the line away, the whole screen is requested again. Created by `attachTerminal`.
 */
export class ScreenNotice {
  readonly #options: ScreenNoticeOptions;
  #variants: readonly string[] = [];
  /** Row in which the line is; undefined before it is drawn. */
  #row: number | undefined;

  constructor(options: ScreenNoticeOptions) {
    this.#options = options;
  }

  /** True if a line may be shown: a program uses the whole screen. */
  get isUsable(): boolean {
    return this.#options.isFullScreen();
  }

  /** Shows a line, in place of an earlier one. @param variants the same text from long to short; the longest that fits is shown */
  show(variants: readonly string[]): void {
    this.#variants = variants;
    this.draw();
  }

  /** Draws the line again, after the size has changed. */
  draw(): void {
    if (this.#variants.length === 0 || !this.isUsable) return;
    const { cols, rows } = this.#options.size();
    const longest = this.#variants.find((variant) => textWidth(variant) <= cols) ?? this.#variants.at(-1) ?? '';
    const text = pad(truncate(longest, cols), cols);
    // A terminal that has grown may have left the earlier line where it was.
    const erase = this.#row !== undefined && this.#row < rows ? `\u001b[${this.#row};1H\u001b[0m\u001b[K` : '';
    this.#row = rows;
    // Saves the cursor, selects ASCII and reverse video, and restores the cursor.
    this.#options.stdout.write(`\u001b7\u001b(B\u000f${erase}\u001b[${rows};1H\u001b[0;7m${text}\u001b[0m\u001b8`);
  }

  /** Takes the line away. After the program has left the whole screen, the line is already gone. */
  hide(): void {
    if (this.#variants.length === 0) return;
    this.#variants = [];
    this.#row = undefined;
    if (this.isUsable) this.#options.redraw();
  }
}
