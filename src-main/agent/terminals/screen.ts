import type { Terminal as HeadlessTerminal } from '@xterm/headless';
import { cleanTitle } from '#shared/terminal/index.ts';
import type { SnapshotPart } from './backend.ts';
import { RecentBytes } from './recent-bytes.ts';
import { ScreenModes } from './screen-modes.ts';
import { SerializeAddon, Terminal, Unicode11Addon } from './xterm.ts';

/** Lines kept above the screen. */
const SCROLLBACK_LINES = 5000;
/** A larger snapshot is made again with half the scrollback or less, bytes; the screen itself is always in it. */
export const MAX_SNAPSHOT_BYTES = 4 * 1024 * 1024;

/**
 * The screen of a terminal, kept where the terminal is, so that a viewer that comes back can be shown it. Answers of the emulator to
 * queries of the program are dropped: the viewer's own terminal answers.
 */
export class Screen {
  readonly #terminal: HeadlessTerminal;
  readonly #serializer = new SerializeAddon();
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
    this.#terminal.loadAddon(this.#serializer);
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

  /** Bytes given and not parsed yet. */
  get backlog(): number {
    return this.#backlog;
  }

  /** The array must not change afterwards. */
  feed(bytes: Uint8Array): void {
    this.#backlog += bytes.length;
    this.#recent.add(bytes);
    this.#terminal.write(bytes, () => {
      this.#backlog -= bytes.length;
      this.#onParsed();
    });
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
    this.#modes.resized();
  }

  /** Calls once, synchronously after the last byte fed so far has been parsed. */
  whenParsed(callback: () => void): void {
    this.#terminal.write('', callback);
  }

  /**
   * Bytes that make a fresh terminal of the same size look and behave like this one; to be called from `whenParsed`. Ends with the
   * beginning of an unfinished escape sequence or character, so that what follows completes it.
   */
  serialize(part: SnapshotPart = 'all'): Uint8Array {
    let scrollback = part === 'all' ? Math.min(SCROLLBACK_LINES, this.#terminal.buffer.normal.length) : 0;
    for (;;) {
      const text = this.#content(scrollback) + this.#modes.restore();
      const bytes = Buffer.concat([Buffer.from(text, 'utf8'), this.#recent.unfinished()]);
      if (bytes.length <= MAX_SNAPSHOT_BYTES || scrollback === 0) return bytes;
      scrollback = Math.floor(Math.min(scrollback / 2, (scrollback * MAX_SNAPSHOT_BYTES) / bytes.length));
    }
  }

  /** The addon leaves the colours of the cursor set when it enters the alternate screen, which then is filled with them. */
  #content(lines: number): string {
    const scrollback = this.#fromWholeLine(lines);
    const content = this.#serializer.serialize({ scrollback, excludeModes: true });
    if (this.#terminal.buffer.active.type === 'normal') return content;
    const normal = this.#serializer.serialize({ scrollback, excludeModes: true, excludeAltBuffer: true });
    return `${normal}\u001b[0m${content.slice(normal.length)}`;
  }

  /**
   * Lines of scrollback so that the first one is no continuation of another: of one that begins wrapped, the addon leaves a stray character.
   * @param lines of scrollback, at least
   */
  #fromWholeLine(lines: number): number {
    const { normal } = this.#terminal.buffer;
    let whole = Math.min(lines, normal.baseY);
    while (whole < normal.baseY && normal.getLine(normal.baseY - whole)?.isWrapped === true) whole += 1;
    return whole;
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
