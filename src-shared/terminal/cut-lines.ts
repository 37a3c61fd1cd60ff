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
type Buffer = Readonly<{
  length: number;
  getLine(index: number): Line | undefined;
  getNullCell(): InnerCell;
}>;

/**
 * Removes cells that xterm.js 6 keeps when a terminal becomes narrower: those beyond the last column of the alternate screen, which would be copied
 * and found by a search although they are hidden, and half of a wide character in the last column. Called after each resize, by the window's
 * terminals and by the agent's copies of screens. Changes internals of the given terminal.
 */
export function cutLines(
  terminal: Readonly<{ cols: number; buffer: Readonly<{ active: Buffer; normal: Buffer }> }>,
): void {
  const { cols, buffer } = terminal;
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
