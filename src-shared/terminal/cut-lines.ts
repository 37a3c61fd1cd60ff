/** A line of an xterm.js buffer, with the parts of it that its API does not show. */
type Line = Readonly<{ length: number }>;
type InnerCell = Readonly<{ getWidth(): number }>;
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
 * Takes away what narrowing has left of lines: xterm.js 6 keeps the cells beyond the last column of the alternate screen, so that they are copied
 * and searched unseen, and are seen again in a wider terminal, where others show nothing; and the first half of a wide character in the last
 * column. To be called after each change of the size.
 */
export function cutLines(
  terminal: Readonly<{ cols: number; buffer: Readonly<{ active: Buffer; normal: Buffer }> }>,
): void {
  const { cols, buffer } = terminal;
  // The alternate buffer has lines while it is shown only.
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

/** Without the inner line, as another version of xterm.js may be, nothing is cut. */
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
