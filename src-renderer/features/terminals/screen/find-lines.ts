import type { IBuffer } from '@xterm/xterm';
import { isSearch, type Search } from './search.ts';

/** Match of a search in a terminal: its place in the scrollback, and the line around it. */
export type FoundLine = Readonly<{
  /** First row of the line, counted from the oldest one. */
  row: number;
  /** Column of the match in that row; a match in a wrapped line may be beyond its end. */
  column: number;
  length: number;
  /** Text before, of and after the match. */
  before: string;
  match: string;
  after: string;
}>;

/** Longest line that is searched, characters: a program can print megabytes without a break. */
const LONGEST = 10_000;
/** Most characters shown before and after a match. */
const AROUND = 60;

/**
 * Finds the newest matches in a terminal's scrollback and screen, one for each line, newest first. Wrapped rows are one line. Pure.
 * @param limit most matches
 */
export function findLines(
  buffer: Pick<IBuffer, 'length' | 'getLine'>,
  search: Search,
  limit: number,
): readonly FoundLine[] {
  if (!isSearch(search)) return [];
  const pattern = patternOf(search);
  const found: FoundLine[] = [];
  for (let end = buffer.length - 1; end >= 0 && found.length < limit;) {
    let row = end;
    while (row > 0 && buffer.getLine(row)?.isWrapped === true) row -= 1;
    const match = matchIn(buffer, row, end, pattern);
    if (match !== undefined) found.push(match);
    end = row - 1;
  }
  return found;
}

function matchIn(buffer: Pick<IBuffer, 'getLine'>, row: number, end: number, pattern: RegExp): FoundLine | undefined {
  let line = '';
  for (let next = row; next <= end && line.length < LONGEST; next += 1)
    line += buffer.getLine(next)?.translateToString(next === end) ?? '';
  const match = pattern.exec(line.slice(0, LONGEST));
  if (match === null || match[0] === '') return undefined;
  const { index } = match;
  return {
    row,
    column: index,
    length: match[0].length,
    before: line.slice(Math.max(0, index - AROUND), index).trimStart(),
    match: match[0].slice(0, AROUND),
    after: line.slice(index + match[0].length, index + match[0].length + AROUND).trimEnd(),
  };
}

function patternOf({ term, caseSensitive, regex }: Search): RegExp {
  const source = regex ? term : term.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(source, caseSensitive ? '' : 'i');
}
