import { pad, textWidth, truncate } from './width.ts';

/** Column of a table. */
export type Column = Readonly<{
  title: string;
  /** Narrowest width to which the column may be cut; 4 by default. */
  least?: number;
  align?: 'left' | 'right';
}>;

/** Number of spaces between two columns. */
const GAP = 2;

/**
 * Formats a table without borders: its heading, then a line per row. If it is too wide, cuts the widest columns first.
 * Pure.
 * @param rows cells without escape sequences
 * @param columns width of the terminal; 0 for no limit
 */
export function formatTable(
  heads: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number,
): readonly string[] {
  const wanted = heads.map((head, index) =>
    Math.max(textWidth(head.title), ...rows.map((row) => textWidth(row[index] ?? ''))),
  );
  const widths = columns > 0 ? shrink(wanted, heads, columns - GAP * (heads.length - 1)) : wanted;
  return [heads.map((head) => head.title), ...rows].map((row) =>
    heads
      .map((head, index) => {
        const width = widths[index] ?? 0;
        const cell = truncate(row[index] ?? '', width);
        return head.align === 'right' ? ' '.repeat(Math.max(0, width - textWidth(cell))) + cell : pad(cell, width);
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** Narrows the widest column by one repeatedly, until the table fits or no column may be narrowed. */
function shrink(wanted: readonly number[], heads: readonly Column[], available: number): readonly number[] {
  const widths = [...wanted];
  for (let total = sum(widths); total > available; total -= 1) {
    let widest = -1;
    for (const [index, width] of widths.entries()) {
      if (width > (heads[index]?.least ?? 4) && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return widths;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
