/** Line of an xterm.js buffer. */
type Line = Readonly<{ length: number }>;
type InnerCell = Readonly<{ getWidth(): number }>;
/** Internal line object of xterm.js, which its API doesn't expose. */
type InnerLine = {
  readonly length: number;
  getWidth(index: number): number;
  loadCell(index: number, cell: InnerCell): InnerCell;
  setCellFromCodepoint(index: number, codePoint: number, width: number, style: InnerCell): void;
  resize(cols: number, fill: InnerCell): unknown;
};
/** Internal list of a buffer's lines. */
type InnerLines = { maxLength: number };
type Buffer = Readonly<{
  length: number;
  getLine(index: number): Line | undefined;
  getNullCell(): InnerCell;
}>;

type Resized = Readonly<{
  cols: number;
  rows: number;
  buffer: Readonly<{ active: Buffer; normal: Buffer; alternate: Buffer }>;
}>;

/**
 * Repairs what a resize of an xterm.js 6 terminal leaves wrong in its buffers: see `cutLines` and `limitLines`. Called after each resize, by the
 * window's terminals and by the agent's copies of screens. Changes internals of the given terminal.
 */
export function repairBuffers(terminal: Resized): void {
  cutLines(terminal);
  limitLines(terminal);
}

/**
 * Removes cells that xterm.js 6 keeps when a terminal becomes narrower: those beyond the last column of the alternate screen, which would be copied
 * and found by a search although they are hidden, and half of a wide character in the last column.
 */
function cutLines({ cols, buffer }: Resized): void {
  // The alternate buffer has lines only while it is shown.
  for (const part of new Set([buffer.normal, buffer.active])) {
    for (let index = 0; index < part.length; index += 1) {
      const line = innerLine(part.getLine(index));
      if (line === undefined) continue;
      if (line.getWidth(cols - 1) === 2)
        line.setCellFromCodepoint(cols - 1, 0, 1, line.loadCell(cols - 1, part.getNullCell()));
      if (line.length > cols) line.resize(cols, part.getNullCell());
    }
  }
}

/**
 * Limits the alternate buffer to the rows of the terminal. While it is empty, xterm.js 6 raises its limit when the terminal grows and does not lower it
 * when the terminal shrinks. The alternate screen would then keep lines that scroll off, and after it grows it could have fewer lines than rows, so
 * that xterm.js throws at the next output.
 */
export function limitLines({ rows, buffer }: Pick<Resized, 'rows' | 'buffer'>): void {
  if (buffer.alternate.length > 0) return;
  const lines = innerLines(buffer.alternate);
  if (lines !== undefined && lines.maxLength > rows) lines.maxLength = rows;
}

/** Returns the internal list of lines; undefined in a version of xterm.js without it, in which case nothing is limited. */
function innerLines(buffer: Buffer): InnerLines | undefined {
  const inner: unknown = Reflect.get(buffer, '_buffer');
  if (typeof inner !== 'object' || inner === null) return undefined;
  const lines: unknown = Reflect.get(inner, 'lines');
  return isInnerLines(lines) ? lines : undefined;
}

function isInnerLines(value: unknown): value is InnerLines {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'maxLength') === 'number';
}

/** Returns the internal line; undefined in a version of xterm.js without it, in which case nothing is cut. */
function innerLine(line: Line | undefined): InnerLine | undefined {
  if (line === undefined || !('_line' in line)) return undefined;
  const inner = line._line;
  return isInnerLine(inner) ? inner : undefined;
}

function isInnerLine(value: unknown): value is InnerLine {
  if (typeof value !== 'object' || value === null) return false;
  return ['getWidth', 'loadCell', 'setCellFromCodepoint', 'resize'].every(
    (name) => typeof Reflect.get(value, name) === 'function',
  );
}
