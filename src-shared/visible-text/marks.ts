import { isBlank, isHidden } from './characters.ts';

/** Maximum number of nonspacing marks on one base character (Unicode Technical Standard 39, section 5.4). */
const MOST_NONSPACING = 4;
/** Maximum number of marks on one base character, including spacing ones. */
const MOST_MARKS = 8;

const MARK = /\p{M}/u;
const NONSPACING = /[\p{Mn}\p{Me}]/u;
/** Marks that belong to all scripts, or to the European ones. */
const COMMON = /[\p{scx=Inherited}\p{scx=Latin}\p{scx=Greek}]/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;
/** Base characters that accept the marks of `COMMON`; others accept only the marks of their own script. */
const EUROPEAN = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{N}\p{S}]/u;
const LETTER = /\p{L}/u;
const BASE = /[\p{L}\p{N}\p{S}]/u;
/** Mark that draws a key around the preceding character, also around `#` and `*`. */
const KEYCAP = '\u20e3';
/** Marks that are visible only by their effect on the next letter: stackers, and joiners of digits. */
const STACKER = /[\u1039\u17d2\u1a60\u2d7f\u{10a3f}\u{1107f}\u{11133}\u{113d0}\u{11a47}\u{11a99}\u{11f42}]/u;

/** Reports whether a character is a combining mark. Pure, like this whole file. */
export function isMark(character: string): boolean {
  // The first mark of all is U+0300.
  return character >= '\u0300' && MARK.test(character);
}

/** Base character with its combining marks; `base` is undefined for marks at the beginning of a text. */
export type Cluster = Readonly<{ base: string | undefined; marks: readonly string[] }>;

/** Splits a text into clusters. */
export function* clustersOf(text: string): Generator<Cluster> {
  let base: string | undefined;
  let marks: string[] = [];
  for (const character of text) {
    if (isMark(character) && !isHidden(character)) {
      marks.push(character);
      continue;
    }
    if (base !== undefined || marks.length > 0) yield { base, marks };
    base = character;
    marks = [];
  }
  if (base !== undefined || marks.length > 0) yield { base, marks };
}

const NONE: readonly boolean[] = [];

/**
 * Reports for each mark of a cluster whether it is unexpected there: without a base, of another script, repeated, or one too many. `following` is the
 * next base character.
 */
export function strayMarks({ base, marks }: Cluster, following: string | undefined): readonly boolean[] {
  if (marks.length === 0) return NONE;
  // A composed letter has marks of its own.
  const kept = new Set([...(base ?? '').normalize('NFD')].filter(isMark));
  let nonspacing = kept.size;
  return marks.map((mark, index) => {
    const isNonspacing = NONSPACING.test(mark);
    const isStray =
      base === undefined ||
      !fits(mark, base) ||
      kept.size >= MOST_MARKS ||
      (isNonspacing && (nonspacing >= MOST_NONSPACING || kept.has(mark))) ||
      (STACKER.test(mark) && (index < marks.length - 1 || !LETTER.test(following ?? '')));
    if (isStray) return true;
    kept.add(mark);
    if (isNonspacing) nonspacing += 1;
    return false;
  });
}

function fits(mark: string, base: string): boolean {
  if (isHidden(base) || isBlank(base)) return false;
  if (mark === KEYCAP) return /[0-9#*]/.test(base);
  if (!BASE.test(base)) return false;
  if (COMMON.test(mark)) return true;
  return CYRILLIC.test(mark) ? CYRILLIC.test(base) : !EUROPEAN.test(base);
}
