import type { Terminal as HeadlessTerminal } from '@xterm/headless';
import { cleanTitle, repairBuffers } from '#shared/terminal/index.ts';
import type { SnapshotPart } from '../pty-host/backend.ts';
import { selectStyle, styleOf, type StyledCell } from './cell-style.ts';
import { CellWriter } from './cell-writer.ts';
import { penOf, savedCursorOf } from './xterm-internals.ts';
import { RecentBytes } from './recent-bytes.ts';
import { ScreenModes } from './screen-modes.ts';
import { Terminal, Unicode11Addon } from './xterm.ts';

/** Lines of scrollback. */
const SCROLLBACK_LINES = 5000;
/** Size above which a snapshot is made again with half the scrollback or less, bytes; the screen itself is always included. */
export const MAX_SNAPSHOT_BYTES = 4 * 1024 * 1024;

/**
 * Screen and scrollback of a terminal in the PTY host, emulated with xterm.js from all output, so that a device that attaches later gets a snapshot.
 * The emulator's answers to queries of the program are dropped: the device's own terminal answers.
 */
export class ScreenModel {
  readonly #terminal: HeadlessTerminal;
  readonly #modes: ScreenModes;
  readonly #recent = new RecentBytes();
  #backlog = 0;

  constructor(
    options: Readonly<{
      cols: number;
      rows: number;
      onTitle(title: string): void;
      onParsed(): void;
      scrollback?: number;
    }>,
  ) {
    this.#terminal = new Terminal({
      cols: options.cols,
      rows: options.rows,
      scrollback: options.scrollback ?? SCROLLBACK_LINES,
      allowProposedApi: true,
      logLevel: 'off',
    });
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    this.#modes = new ScreenModes(this.#terminal);
    this.#terminal.onTitleChange((title) => {
      options.onTitle(cleanTitle(title));
    });
    this.#onParsed = options.onParsed;
  }

  readonly #onParsed: () => void;

  get cols(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  /** Number of bytes fed and not parsed yet. */
  get backlog(): number {
    return this.#backlog;
  }

  /** Feeds output to the emulator. The array must not change afterwards. */
  feed(bytes: Uint8Array): void {
    this.#backlog += bytes.length;
    this.#recent.add(bytes);
    this.#terminal.write(bytes, () => {
      this.#backlog -= bytes.length;
      this.#onParsed();
    });
  }

  resize(cols: number, rows: number): void {
    if (cols === this.cols && rows === this.rows) return;
    this.#terminal.resize(cols, rows);
    repairBuffers(this.#terminal);
    this.#modes.resized();
  }

  /** Calls `callback` once, synchronously after the last byte fed so far has been parsed. */
  whenParsed(callback: () => void): void {
    this.#terminal.write('', callback);
  }

  /**
   * Returns bytes that make a fresh terminal of the same size look and behave like this one. Called only within `whenParsed`. The bytes end with any
   * unfinished escape sequence or character, so that later output completes it.
   */
  serialize(part: SnapshotPart = 'all'): Uint8Array {
    let scrollback = part === 'all' ? this.#terminal.buffer.normal.baseY : 0;
    for (;;) {
      const text = this.#content(scrollback) + this.#modes.restore();
      const bytes = Buffer.concat([Buffer.from(text, 'utf8'), this.#recent.unfinished()]);
      if (bytes.length <= MAX_SNAPSHOT_BYTES || scrollback === 0) return bytes;
      scrollback = Math.floor(Math.min(scrollback / 2, (scrollback * MAX_SNAPSHOT_BYTES) / bytes.length));
    }
  }

  #content(scrollback: number): string {
    const { normal, active } = this.#terminal.buffer;
    const start = this.#startOfWholeLine(normal.baseY - scrollback);
    const pen = select(penOf(this.#terminal));
    // Setting margins moves the cursor, which can't be put back behind the last column.
    const margins = this.#modes.margins();
    const above = new CellWriter(active, this.#terminal);
    if (active.type === 'normal') return above.lines(start) + margins + above.cursor() + pen;
    const saved = savedCursorOf(this.#terminal);
    const below = new CellWriter(normal, this.#terminal, saved);
    // Entering saves cursor and style, and fills the screen with the background.
    const enter = `${select(saved?.pen)}\u001b[?1049h\u001b[0m\u001b[2J\u001b[H`;
    const shell = below.lines(start) + this.#modes.marginsBelow() + below.cursor();
    return shell + enter + above.lines(active.baseY) + margins + above.cursor() + pen;
  }

  /**
   * Returns the index of the nearest line, at or before `index`, that doesn't continue another one, so that the other terminal can wrap it again.
   * @param index first line that is needed
   */
  #startOfWholeLine(index: number): number {
    const { normal } = this.#terminal.buffer;
    let start = Math.max(0, index);
    while (start > 0 && normal.getLine(start)?.isWrapped === true) start -= 1;
    return start;
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}

function select(pen: StyledCell | undefined): string {
  return pen === undefined ? '' : selectStyle(styleOf(pen));
}
