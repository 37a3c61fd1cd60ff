import type { Style } from './style.ts';
import { pad, textWidth, truncate, wrap } from './width.ts';

/** Column of a table. */
export type Column = Readonly<{
  title: string;
  /** Narrowest width to which the column may be cut; 4 by default. */
  least?: number;
  align?: 'left' | 'right';
  /** True for a column that a narrow terminal leaves out. */
  isExtra?: boolean;
}>;

/** Narrowest width of a column that names none. */
const LEAST = 4;
/** Narrowest width of a column whose cells are never cut: rows become blocks instead. */
export const WHOLE = Number.POSITIVE_INFINITY;
/** Narrowest width of a value in a block. */
const LEAST_VALUE = 8;

/** Number of spaces between two columns. */
const GAP = 2;

/**
 * Formats a table without borders: its heading, then a line per row. If it is too wide, cuts the widest columns first, then leaves out those that may be
 * left out. If that isn't enough, each row is a block of lines, one for each column, each after its title; the heading is empty then. Pure.
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
  const shown = chooseColumns(heads, wanted, columns);
  if (shown === undefined) return ['', ...rows.map((row) => formatBlock(heads, row, columns))];
  const widths = shrink(wanted, heads, shown, columns);
  return [heads.map((head) => head.title), ...rows].map((row) =>
    shown
      .map((index) => {
        const width = widths[index] ?? 0;
        const cell = truncate(row[index] ?? '', width);
        return heads[index]?.align === 'right'
          ? ' '.repeat(Math.max(0, width - textWidth(cell))) + cell
          : pad(cell, width);
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** Returns the indexes of the columns that fit: all of them, if possible. Undefined if even those that may not be left out don't fit. */
function chooseColumns(
  heads: readonly Column[],
  wanted: readonly number[],
  columns: number,
): readonly number[] | undefined {
  let shown = heads.map((_head, index) => index);
  const leastOf = (index: number): number => Math.min(wanted[index] ?? 0, heads[index]?.least ?? LEAST);
  const limit = columns > 0 ? columns : Number.POSITIVE_INFINITY;
  while (sum(shown.map(leastOf)) + GAP * (shown.length - 1) > limit) {
    const extra = shown.findLast((index) => heads[index]?.isExtra === true);
    if (extra === undefined) return undefined;
    shown = shown.filter((index) => index !== extra);
  }
  return shown;
}

/** Returns the heading of a table as lines: none for blocks. Pure. */
export function headLine(style: Pick<Style, 'dim'>, head: string): readonly string[] {
  return head === '' ? [] : [style.dim(head)];
}

/** Cells of a column that has no value in a row. */
const NO_VALUES: ReadonlySet<string> = new Set(['', '-', '–']);

/** Formats a row as lines, each cell that has a value after the title of its column; those below the first are indented. Nothing is cut. */
function formatBlock(heads: readonly Column[], row: readonly string[], columns: number): string {
  const indent = 2 * GAP + Math.max(0, ...heads.map(({ title }) => textWidth(title)));
  const width = Math.max(columns, indent + LEAST_VALUE);
  return row
    .flatMap((cell, index) => {
      const title = `${index === 0 ? '' : ' '.repeat(GAP)}${heads[index]?.title ?? ''}`;
      return (NO_VALUES.has(cell) ? [] : wrap(cell, width - indent)).map(
        (part, at) => pad(at === 0 ? title : '', indent) + part,
      );
    })
    .join('\n');
}

/** Narrows the widest column by one repeatedly, until the columns that are shown fit, which they do at their narrowest. */
function shrink(
  wanted: readonly number[],
  heads: readonly Column[],
  shown: readonly number[],
  columns: number,
): readonly number[] {
  const widths = [...wanted];
  const available = columns > 0 ? columns - GAP * (shown.length - 1) : Number.POSITIVE_INFINITY;
  for (let total = sum(shown.map((index) => widths[index] ?? 0)); total > available; total -= 1) {
    let widest = -1;
    for (const index of shown) {
      const width = widths[index] ?? 0;
      if (width > (heads[index]?.least ?? LEAST) && width > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return widths;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
