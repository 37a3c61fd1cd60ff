import { expect, test } from 'vitest';
import { findLines } from '#renderer/features/terminals/screen/find-lines.ts';
import { NO_SEARCH } from '#renderer/features/terminals/screen/search.ts';

/** Rows of a terminal; those that begin with `+` continue the row above. */
function buffer(...rows: readonly string[]) {
  return {
    length: rows.length,
    getLine: (row: number) => {
      const text = rows[row] ?? '';
      const isWrapped = text.startsWith('+');
      return { isWrapped, translateToString: () => (isWrapped ? text.slice(1) : text) } as never;
    },
  };
}

test('a search in all tabs finds the newest lines first, one match in each', () => {
  const found = findLines(
    buffer('make one', 'MAKE two make', 'nothing', 'cmake 3'),
    { ...NO_SEARCH, term: 'make' },
    10,
  );
  expect(found.map(({ row, column, before, match, after }) => [row, column, before, match, after])).toEqual([
    [3, 1, 'c', 'make', ' 3'],
    [1, 0, '', 'MAKE', ' two make'],
    [0, 0, '', 'make', ' one'],
  ]);
});

test('rows that a terminal has wrapped are one line', () => {
  const found = findLines(buffer('first', 'a long li', '+ne goes on'), { ...NO_SEARCH, term: 'line' }, 10);
  expect(found).toMatchObject([{ row: 1, column: 7, length: 4, before: 'a long ', after: ' goes on' }]);
});

test('case, patterns, signs and the limit count as in a search of one terminal', () => {
  const rows = buffer('a.b', 'axb', 'A.B');
  const count = (search: object, limit = 10): number => findLines(rows, { ...NO_SEARCH, ...search }, limit).length;
  expect(count({ term: 'a.b' })).toBe(2);
  expect(count({ term: 'a.b', caseSensitive: true })).toBe(1);
  expect(count({ term: 'a.b', regex: true })).toBe(3);
  expect(count({ term: 'a.b', regex: true }, 2)).toBe(2);
  expect(count({ term: '(', regex: true })).toBe(0);
  expect(count({ term: '' })).toBe(0);
  // Matches nothing, so it isn't a match of every line.
  expect(count({ term: 'z*', regex: true })).toBe(0);
});
