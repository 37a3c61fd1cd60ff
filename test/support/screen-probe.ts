import type { IBufferLine } from '@xterm/headless';
import { limitLines, repairBuffers } from '#shared/terminal/index.ts';
import { Terminal, Unicode11Addon } from '#agent/terminals/screen/xterm.ts';
import { SerializeAddon } from './serialize-addon.ts';

/** A terminal as a viewer has it: give it bytes, compare what it shows. */
export class ScreenProbe {
  readonly #terminal: InstanceType<typeof Terminal>;
  readonly #serializer = new SerializeAddon();

  constructor(cols = 80, rows = 24, scrollback = 5000) {
    this.#terminal = new Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: 'off' });
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    this.#terminal.loadAddon(this.#serializer);
  }

  feed(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#terminal.write(bytes, resolve);
    });
  }

  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
    // A reference that throws would be none.
    limitLines(this.#terminal);
  }

  /** Text and attributes of screen and scrollback, cursor, and modes. */
  shown(): unknown {
    const { active } = this.#terminal.buffer;
    return {
      content: this.#serializer.serialize(),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#terminal.modes },
      buffer: active.type,
    };
  }

  /** The same of the screen alone. */
  screen(): unknown {
    const { active } = this.#terminal.buffer;
    return {
      content: this.#serializer.serialize({ scrollback: 0 }),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#terminal.modes },
      buffer: active.type,
    };
  }

  /**
   * Every cell of screen and scrollback as it is drawn, which lines go on in the next one (without `wraps`: not), cursor, and modes. Nothing beyond the last column
   * counts, and half a wide character shows its background.
   */
  cells(wraps = true): unknown {
    const { buffer, cols, rows } = this.#terminal;
    const { active } = buffer;
    // xterm.js 6 may keep more lines of the alternate screen than it has rows.
    const from = active.type === 'normal' ? 0 : active.baseY;
    const lines = Array.from({ length: active.baseY - from + rows }, (_line, index) =>
      cellsOf(active.getLine(from + index), cols, wraps && index > 0),
    );
    return { lines, cursor: [active.cursorX, active.cursorY], modes: { ...this.#terminal.modes }, buffer: active.type };
  }

  /** The text of the screen, column by column. */
  rows(): readonly string[] {
    const { buffer, cols, rows } = this.#terminal;
    const { active } = buffer;
    return Array.from(
      { length: rows },
      (_row, row) => active.getLine(active.baseY + row)?.translateToString(false, 0, cols) ?? '',
    );
  }

  /** As a terminal that forgets what does not fit, such as the window's. */
  cut(): void {
    repairBuffers(this.#terminal);
  }

  /** Text that is seen, cursor, and modes: nothing of a buffer that is hidden or scrolled away. */
  seen(): unknown {
    const { active } = this.#terminal.buffer;
    return {
      lines: Array.from(
        { length: this.#terminal.rows },
        (_line, row) =>
          active
            .getLine(active.baseY + row)
            ?.translateToString(false, 0, this.#terminal.cols)
            .trimEnd() ?? '',
      ),
      cursor: [active.cursorX, active.cursorY],
      modes: { ...this.#terminal.modes },
      buffer: active.type,
    };
  }

  get terminal(): Pick<InstanceType<typeof Terminal>, 'buffer' | 'rows'> {
    return this.#terminal;
  }

  /** Lines of text, without those that are empty at the end. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_line, index) => active.getLine(index)?.translateToString(true) ?? '',
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}

/** One string for a line: equal where the eye sees the same. */
function cellsOf(line: IBufferLine | undefined, cols: number, isMarked: boolean): string {
  if (line === undefined) return '';
  const cells: string[] = [];
  for (let x = 0; x < cols; x += 1) {
    const cell = line.getCell(x);
    if (cell === undefined) break;
    const isHalf = cell.getWidth() === 2 && x + 1 >= cols;
    const text = isHalf ? '' : cell.getChars();
    const looks = [cell.isUnderline(), cell.isInverse(), cell.isStrikethrough(), cell.isOverline()];
    const isSeen = text.trim() !== '';
    if (isSeen) looks.push(cell.isBold(), cell.isDim(), cell.isItalic(), cell.isBlink(), cell.isInvisible());
    const bits = looks.map((look) => (look === 0 ? '.' : '!')).join('');
    // The colour of the text is seen in its line and when inverted, too.
    const foreground = bits.includes('!') || isSeen ? `${cell.isFgRGB() ? '#' : ''}${cell.getFgColor()}` : '';
    cells.push(`${text === '' ? ' ' : text}${bits}${foreground}/${cell.isBgRGB() ? '#' : ''}${cell.getBgColor()}`);
  }
  return `${line.isWrapped && isMarked ? '>' : '|'}${cells.join('')}`;
}
