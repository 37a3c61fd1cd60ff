import { codeOf } from './characters.ts';

/** Blocks whose characters run from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and the old scripts (Unicode Standard Annex 9). */
const BLOCKS = String.raw`\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}`;
const ANY = new RegExp(`[${BLOCKS}]`, 'v');
/** Each of those characters. */
export const RIGHT_TO_LEFT = new RegExp(`[${BLOCKS}]`, 'gv');
/** A word of such letters with the marks on them, or another character of those blocks by itself. */
const WORD = new RegExp(`[[${BLOCKS}]&&\\p{L}][[[${BLOCKS}]&&\\p{L}]\\p{M}]*|[${BLOCKS}]\\p{M}*`, 'gv');
/** Letters and digits, which have a direction of their own. */
const DIRECTED = /[\p{L}\p{N}]/u;

const ISOLATE_LEFT_TO_RIGHT = '\u2066';
const ISOLATE_RIGHT_TO_LEFT = '\u2067';
const ISOLATE_FIRST_STRONG = '\u2068';
const ISOLATE_END = '\u2069';

/** Part of a text: one word that is read from right to left, or what is between two such words. */
export type DirectionRun = Readonly<{ text: string; isRightToLeft: boolean }>;

export function hasRightToLeft(text: string): boolean {
  return ANY.test(text);
}

/** True where parts of the text run in different directions, so that a screen could show them in another order than they have. */
export function mixesDirections(text: string): boolean {
  return hasRightToLeft(text) && DIRECTED.test(text.replaceAll(WORD, ''));
}

/**
 * Splits the text into runs. Laid out from left to right with each run isolated, they keep their order on screen, and
 * each word is read as its script is.
 */
export function directionRuns(text: string): readonly DirectionRun[] {
  const runs: DirectionRun[] = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (index > end) runs.push({ text: text.slice(end, index), isRightToLeft: false });
    runs.push({ text: word, isRightToLeft: true });
    end = index + word.length;
  }
  if (end < text.length) runs.push({ text: text.slice(end), isRightToLeft: false });
  return runs;
}

/** Isolates the text for use in a sentence in a browser: neither it nor the text around it is reordered. */
export function isolateText(text: string): string {
  if (!mixesDirections(text)) return `${ISOLATE_FIRST_STRONG}${text}${ISOLATE_END}`;
  const runs = directionRuns(text).map((run) =>
    run.isRightToLeft ? `${ISOLATE_RIGHT_TO_LEFT}${run.text}${ISOLATE_END}` : run.text,
  );
  return `${ISOLATE_LEFT_TO_RIGHT}${runs.join('')}${ISOLATE_END}`;
}

/** The text with each right-to-left character as its code, for a terminal, which may reorder what it shows and understand no isolates. */
export function markRightToLeft(text: string): string {
  if (!hasRightToLeft(text)) return text;
  return text.replaceAll(WORD, (word) => Array.from(word, (character) => `⟨${codeOf(character)}⟩`).join(''));
}
