import type { Terminal } from '@xterm/headless';

type Params = readonly (number | readonly number[])[];

/** Modes that set the format of mouse reports. xterm.js doesn't tell them, and reports in the wrong format would be typed into the program. */
const MOUSE_ENCODINGS: ReadonlySet<number> = new Set([1005, 1006, 1015, 1016]);
const MOUSE_TRACKING = { none: undefined, x10: 9, vt200: 1000, drag: 1002, any: 1003 } as const;
const CURSOR_VISIBLE = 25;
/** Longest hyperlink that is restored, characters. */
const MAX_LINK = 2048;

/**
 * Modes of a terminal for its snapshot. Notes the modes that xterm.js has but doesn't tell, from the escape sequences, and returns the sequences that
 * restore all modes. Used by `ScreenModel`.
 */
export class ScreenModes {
  readonly #terminal: Terminal;
  readonly #mouseEncodings = new Set<number>();
  /** Margins (DECSTBM) of each buffer; undefined is the whole screen. */
  readonly #margins: { normal: string | undefined; alternate: string | undefined } = {
    normal: undefined,
    alternate: undefined,
  };
  #cursorHidden = false;
  #cursorStyle = 0;
  /** Parameters and address of the open hyperlink; empty for none. */
  #link = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const { parser } = terminal;
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => this.#setModes(params, true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => this.#setModes(params, false));
    parser.registerCsiHandler({ final: 'r' }, (params) => this.#setMargins(params));
    parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, (params) => this.#setCursorStyle(params));
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => this.#reset());
    // https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    parser.registerOscHandler(8, (data) => {
      this.#link = data.length > MAX_LINK || data.indexOf(';') === data.length - 1 ? '' : data;
      return false;
    });
    parser.registerEscHandler({ final: 'c' }, () => {
      this.#mouseEncodings.clear();
      return this.#reset();
    });
  }

  /** Resets the margins, as every resize does. */
  resized(): void {
    this.#margins.normal = undefined;
    this.#margins.alternate = undefined;
  }

  /** Returns the sequences that set the margins of the visible screen and the origin mode; the cursor stays where it is. */
  margins(): string {
    const { modes, buffer } = this.#terminal;
    const isReset = buffer.active.type === 'alternate' && this.#margins.normal !== undefined;
    const margins = this.#margins[buffer.active.type] ?? (isReset ? '' : undefined);
    return keepCursor(`${margins === undefined ? '' : `\u001b[${margins}r`}${modes.originMode ? '\u001b[?6h' : ''}`);
  }

  /** Returns the sequences that set the margins of the normal screen, for use before the alternate one is entered. */
  marginsBelow(): string {
    const { normal } = this.#margins;
    return keepCursor(normal === undefined ? '' : `\u001b[${normal}r`);
  }

  /**
   * Returns the sequences that set all other modes that differ from a fresh terminal. Mouse tracking is restored on the alternate screen only: there
   * a running program requested it. On the normal screen a killed program probably left it on, and every move of the mouse would be typed into the
   * shell. (VS Code's terminalMouseModeReset.ts never restores it, but restores after the program is gone.)
   */
  restore(): string {
    const { modes, buffer } = this.#terminal;
    const alternate = buffer.active.type === 'alternate';
    let text = '';
    if (modes.applicationCursorKeysMode) text += '\u001b[?1h';
    if (modes.applicationKeypadMode) text += '\u001b[?66h';
    if (modes.bracketedPasteMode) text += '\u001b[?2004h';
    if (modes.insertMode) text += '\u001b[4h';
    if (modes.reverseWraparoundMode) text += '\u001b[?45h';
    if (modes.sendFocusMode) text += '\u001b[?1004h';
    if (!modes.wraparoundMode) text += '\u001b[?7l';
    if (this.#cursorStyle !== 0) text += `\u001b[${this.#cursorStyle} q`;
    const tracking = MOUSE_TRACKING[modes.mouseTrackingMode];
    if (alternate && tracking !== undefined) {
      text += `\u001b[?${tracking}h`;
      for (const encoding of this.#mouseEncodings) text += `\u001b[?${encoding}h`;
    }
    // The serializer takes the underline of a link for an attribute of the text.
    if (this.#link !== '') text += `\u001b[24m\u001b]8;${this.#link}\u0007`;
    return this.#cursorHidden ? `${text}\u001b[?25l` : text;
  }

  /** Notes DEC private modes. Handlers return false, so that the emulator acts on the sequence as well. */
  #setModes(params: Params, on: boolean): boolean {
    for (const mode of params) {
      if (typeof mode !== 'number') continue;
      if (mode === CURSOR_VISIBLE) this.#cursorHidden = !on;
      if (!MOUSE_ENCODINGS.has(mode)) continue;
      if (on) this.#mouseEncodings.add(mode);
      else this.#mouseEncodings.delete(mode);
    }
    return false;
  }

  #setMargins(params: Params): boolean {
    const top = first(params, 0) || 1;
    const bottom = Math.min(first(params, 1) || this.#terminal.rows, this.#terminal.rows);
    if (top < bottom)
      this.#margins[this.#terminal.buffer.active.type] =
        top === 1 && bottom === this.#terminal.rows ? undefined : `${top};${bottom}`;
    return false;
  }

  #setCursorStyle(params: Params): boolean {
    const style = first(params, 0);
    if (style <= 6) this.#cursorStyle = style;
    return false;
  }

  #reset(): boolean {
    this.#link = '';
    this.#cursorHidden = false;
    this.#cursorStyle = 0;
    this.resized();
    return false;
  }
}

/** Keeps the cursor where it is around sequences that move it, unless it is behind the last column. */
function keepCursor(sequences: string): string {
  return sequences === '' ? '' : `\u001b7${sequences}\u001b8`;
}

function first(params: Params, index: number): number {
  const value = params[index];
  return typeof value === 'number' && value > 0 ? value : 0;
}
