import type { IBuffer, IBufferCell, IBufferLine } from '@xterm/headless';
import { isSameStyle, isSeenWithoutText, PLAIN, selectStyle, styleOf, type CellStyle } from './cell-style.ts';

type Size = Readonly<{ cols: number; rows: number }>;
/** Column and row of the screen, from 0; the column may be one behind the last. */
type Position = Readonly<{ x: number; y: number }>;

/**
 * Serializer of the lines of a screen buffer: returns text and escape sequences that draw them on an empty terminal of the same size, with colours
 * and line wraps. Writes only the columns of the screen. Used by `ScreenModel`. (@xterm/addon-serialize 0.14 also writes cells that narrowing left
 * beyond them, and leaves stray characters where a line continues in an empty one.)
 */
export class CellWriter {
  readonly #buffer: IBuffer;
  readonly #size: Size;
  readonly #cursor: Position;
  readonly #cell: IBufferCell;
  #text = '';
  #pen: CellStyle = PLAIN;
  /** True after the last column was printed: the next character wraps. */
  #isPending = false;

  constructor(buffer: IBuffer, size: Size, cursor: Position = { x: buffer.cursorX, y: buffer.cursorY }) {
    this.#cursor = cursor;
    this.#buffer = buffer;
    this.#size = size;
    this.#cell = buffer.getNullCell();
  }

  /**
   * Returns the text that draws the lines from `start` to the end of the screen and ends in the cursor's line. It is to be printed from the first
   * column on; the default style is selected before and after it.
   */
  lines(start: number): string {
    const cursorLine = this.#buffer.baseY + this.#cursor.y;
    const last = this.#lastLine(start, cursorLine);
    for (let index = start; index <= last; index += 1) {
      const line = this.#buffer.getLine(index);
      if (line === undefined) break;
      if (index > start) this.#begin(index, line);
      this.#writeCells(line, 0);
    }
    this.#select(PLAIN);
    if (last > cursorLine) this.#text += `\u001b[${last - cursorLine}A`;
    return this.#take();
  }

  /** Returns the sequences that put the cursor into its column, also one behind the last, where the next character wraps. */
  cursor(): string {
    const { x, y } = this.#cursor;
    const { cols } = this.#size;
    if (x < cols) return `\u001b[${x + 1}G`;
    const line = this.#buffer.getLine(this.#buffer.baseY + y);
    const isWide = line?.getCell(cols - 2, this.#cell)?.getWidth() === 2;
    const column = isWide ? cols - 2 : cols - 1;
    this.#text += `\u001b[${column + 1}G`;
    this.#isPending = false;
    if (line !== undefined) this.#writeCells(line, column);
    if (!this.#isPending) this.#text += ' ';
    this.#select(PLAIN);
    return this.#take();
  }

  #take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Returns the last line to write. Without scrollback, empty lines at the end are left out, so that a terminal keeps what it shows above. */
  #lastLine(start: number, cursorLine: number): number {
    const end = this.#buffer.baseY + this.#size.rows - 1;
    if (start < this.#buffer.baseY) return end;
    let last = end;
    while (last > cursorLine && this.#isEmpty(last)) last -= 1;
    return last;
  }

  #isEmpty(index: number): boolean {
    const line = this.#buffer.getLine(index);
    if (line === undefined) return true;
    return !line.isWrapped && this.#end(line) === 0;
  }

  /** Returns the column behind the last cell that shows anything. */
  #end(line: IBufferLine): number {
    for (let x = Math.min(line.length, this.#size.cols); x > 0; x -= 1) {
      const cell = line.getCell(x - 1, this.#cell);
      if (cell === undefined) continue;
      // The second half of a wide character has neither width nor text.
      if (cell.getChars() !== '' || cell.getWidth() === 0 || !cell.isAttributeDefault()) return x;
    }
    return 0;
  }

  /** Goes from the end of the previous line to the start of this one. */
  #begin(index: number, line: IBufferLine): void {
    if (!line.isWrapped) {
      // A line that scrolls in is filled with the background.
      this.#select(PLAIN);
      this.#text += '\r\n';
      this.#isPending = false;
      return;
    }
    const first = line.getCell(0, this.#cell);
    const goesOn = first !== undefined && first.getChars() !== '' && first.getWidth() > 0;
    if (this.#isPending && goesOn && styleOf(first).background === 0) return;
    this.#forceWrap(index - 1);
  }

  /** Makes the previous line wrap into this one. Only a character without room does that, so this prints blanks and removes them. */
  #forceWrap(before: number): void {
    const { cols, rows } = this.#size;
    const line = this.#buffer.getLine(before);
    const wasPending = this.#isPending;
    if (!wasPending) {
      const last = line?.getCell(cols - 1, this.#cell);
      if (last !== undefined) this.#select({ ...PLAIN, background: styleOf(last).background });
      this.#text += `\u001b[${cols}G `;
    }
    this.#select(PLAIN);
    this.#text += ' \r\u001b[X';
    this.#isPending = false;
    // On a screen of one line, the line before is out of reach.
    if (wasPending || rows === 1 || line === undefined) return;
    this.#text += `\u001b[A\u001b[${cols}G\u001b[X`;
    this.#writeCells(line, cols - 1);
    this.#select(PLAIN);
    this.#text += '\r\u001b[B';
    this.#isPending = false;
  }

  /** Writes the cells of a line from column `from`, at which the cursor is. */
  #writeCells(line: IBufferLine, from: number): void {
    const { cols } = this.#size;
    const end = this.#end(line);
    let blanks = 0;
    let x = from;
    while (x < end) {
      const cell = line.getCell(x, this.#cell);
      if (cell === undefined) break;
      const style = styleOf(cell);
      const width = cell.getWidth();
      // A wide character of which only one half is on the screen is not shown.
      const chars = x + width > cols ? '' : cell.getChars();
      if (chars === '' && !isSeenWithoutText(style)) {
        if (blanks > 0 && this.#pen.background !== style.background) blanks = this.#skip(blanks);
        if (blanks === 0 && this.#pen.background !== style.background)
          this.#select({ ...PLAIN, background: style.background });
        blanks += 1;
        x += 1;
        continue;
      }
      blanks = this.#skip(blanks);
      this.#select(style);
      if (width === 0 && chars !== '') {
        // A combining character without one that it belongs to: a sequence before it keeps it from joining the last one.
        this.#text += `\u001b[${x + 1}G${chars}\u001b[${x + 2}G`;
        this.#isPending = false;
        x += 1;
        continue;
      }
      this.#text += chars === '' ? ' ' : chars;
      x += chars === '' ? 1 : width;
      this.#isPending = x === cols;
    }
    if (blanks > 0 && this.#pen.background !== 0) this.#text += `\u001b[${blanks}X`;
  }

  /** Moves over blank cells and gives them the selected background. @returns 0, the number of blanks left */
  #skip(blanks: number): 0 {
    if (blanks === 0) return 0;
    if (this.#pen.background !== 0) this.#text += `\u001b[${blanks}X`;
    this.#text += `\u001b[${blanks}C`;
    return 0;
  }

  #select(style: CellStyle): void {
    if (isSameStyle(style, this.#pen)) return;
    this.#text += selectStyle(style);
    this.#pen = style;
  }
}
