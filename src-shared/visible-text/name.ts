import { cut, isBlank, isHidden } from './characters.ts';
import { clustersOf, strayMarks } from './marks.ts';

/** Maximum length of a name, UTF-16 units. */
export const NAME_LIMIT = 64;

/** Dashes at the beginning of a name, and signs that look like one: a command line would read such a name as an option. */
const LEADING_DASHES =
  /^[\s\p{Dash}\u02d7\u06d4\u2043\u2500\u2501\u2504\u2505\u2508\u2509\u254c\u254d\u2574\u2576\u2578\u257a\u23af\u2796\ua4fe]+/u;

/**
 * Makes an untrusted name safe to show and type: NFC, one line, at most 64 UTF-16 units, without invisible characters, unexpected marks or double
 * blanks. An emoji of several people becomes several emoji. The name doesn't begin with a dash, and is neither `.` nor `..`, which have a meaning in
 * a command line. Returns an empty text if nothing is left. Used wherever a peer, a gateway or a person names something. Pure.
 */
export function cleanName(text: string): string {
  for (let name = cleanLine(text, NAME_LIMIT); ;) {
    const rest = name.replace(LEADING_DASHES, '');
    if (rest === name) return isDots(name) ? '' : name;
    // A mark on the dash is on nothing now.
    name = cleanLine(rest, NAME_LIMIT);
  }
}

/** Reports whether a name is `.` (this device) or `..`, also when written with other kinds of dots. */
function isDots(name: string): boolean {
  return /^\.{1,2}$/.test(name.normalize('NFKC'));
}

/**
 * Makes an untrusted title or other short text safe to show in one line of at most `limit` UTF-16 units, like `cleanName`, except that it may begin
 * with a dash or dots.
 */
export function cleanLine(text: string, limit: number): string {
  let visible = '';
  for (const character of text.slice(0, limit * 16)) {
    if (isBlank(character)) visible += ' ';
    else if (!isHidden(character)) visible += character;
  }
  const composed = withoutStrays(visible.normalize('NFC'));
  return cut(composed.replaceAll(/ +/g, ' ').trim(), limit).trim();
}

/** Returns the first character that a name must not contain, and its position, counted in characters from 1; undefined if there is none. */
export function firstHidden(text: string): Readonly<{ character: string; position: number }> | undefined {
  let position = 0;
  for (const character of text.normalize('NFC')) {
    position += 1;
    if (isHidden(character) || (isBlank(character) && !/\p{Zs}/u.test(character))) return { character, position };
  }
  return undefined;
}

/** Removes unexpected marks until none is left, because removing one can leave another without its base. Returns NFC. */
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
