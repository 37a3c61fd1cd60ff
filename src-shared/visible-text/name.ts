import { cut, isBlank, isHidden } from './characters.ts';
import { clustersOf, strayMarks } from './marks.ts';

/** UTF-16 units of a name. */
export const NAME_LIMIT = 64;

/** Dashes at the begin, also signs that only look like one: a command line takes a word that begins with one for an option. */
const LEADING_DASHES =
  /^[\s\p{Dash}\u02d7\u06d4\u2043\u2500\u2501\u2504\u2505\u2508\u2509\u254c\u254d\u2574\u2576\u2578\u257a\u23af\u2796\ua4fe]+/u;

/**
 * A name that someone else chose, made fit to be shown and typed: NFC, one line, at most 64 UTF-16 units. Nothing in it is invisible, blanks are
 * single spaces, and marks stand on a base that takes them. An emoji of several people falls apart into its people. It begins with no dash and
 * is neither `.` nor `..`, which mean other things in a command line. Empty when nothing is left.
 */
export function cleanName(text: string): string {
  for (let name = cleanLine(text, NAME_LIMIT); ;) {
    const rest = name.replace(LEADING_DASHES, '');
    if (rest === name) return isDots(name) ? '' : name;
    // A mark on the dash is on nothing now.
    name = cleanLine(rest, NAME_LIMIT);
  }
}

/** Reports whether the name is `.` (this device) or `..`, also in other kinds of dots. */
function isDots(name: string): boolean {
  return /^\.{1,2}$/.test(name.normalize('NFKC'));
}

/** Makes a title or another short text fit to be shown, in one line of at most `limit` UTF-16 units, as `cleanName` does; it may begin with anything. */
export function cleanLine(text: string, limit: number): string {
  let visible = '';
  for (const character of text.slice(0, limit * 16)) {
    if (isBlank(character)) visible += ' ';
    else if (!isHidden(character)) visible += character;
  }
  const composed = withoutStrays(visible.normalize('NFC'));
  return cut(composed.replaceAll(/ +/g, ' ').trim(), limit).trim();
}

/** The first character of the text that a name cannot have, and its place counted from one in characters; undefined where there is none. */
export function firstHidden(text: string): Readonly<{ character: string; position: number }> | undefined {
  let position = 0;
  for (const character of text.normalize('NFC')) {
    position += 1;
    if (isHidden(character) || (isBlank(character) && !/\p{Zs}/u.test(character))) return { character, position };
  }
  return undefined;
}

/** Drops marks until none is stray: one that goes can leave another without its base. Composed as NFC. */
function withoutStrays(text: string): string {
  for (let before = text; ;) {
    const after = withoutStraysOnce(before).normalize('NFC');
    if (after === before) return after;
    before = after;
  }
}

function withoutStraysOnce(text: string): string {
  const clusters = [...clustersOf(text)];
  return clusters
    .map((cluster, index) => {
      const strays = strayMarks(cluster, clusters[index + 1]?.base);
      return (cluster.base ?? '') + cluster.marks.filter((_, mark) => strays[mark] !== true).join('');
    })
    .join('');
}
