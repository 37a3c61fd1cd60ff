/** Handling of text that is read from right to left, so that it can't be shown in another order. All functions here are pure. */
import { codePointText } from './characters.ts';

/** Unicode blocks of characters written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and the old scripts (Unicode Standard Annex 9). */
const BLOCKS = String.raw`\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}`;
const ANY = new RegExp(`[${BLOCKS}]`, 'v');
/** Matches each right-to-left character. */
export const RIGHT_TO_LEFT = new RegExp(`[${BLOCKS}]`, 'gv');
/** Matches a word of right-to-left letters with their marks, or another single character of those blocks. */
const WORD = new RegExp(`[[${BLOCKS}]&&\\p{L}][[[${BLOCKS}]&&\\p{L}]\\p{M}]*|[${BLOCKS}]\\p{M}*`, 'gv');
/** Matches letters and digits, which have a direction of their own. */
const DIRECTED = /[\p{L}\p{N}]/u;

const ISOLATE_LEFT_TO_RIGHT = '\u2066';
const ISOLATE_RIGHT_TO_LEFT = '\u2067';
const ISOLATE_FIRST_STRONG = '\u2068';
const ISOLATE_END = '\u2069';

/** Part of a text: one word that is read from right to left, or the text between two such words. */
export type DirectionRun = Readonly<{ text: string; isRightToLeft: boolean }>;

/** Reports whether a text contains a right-to-left character. */
export function hasRightToLeft(text: string): boolean {
  return ANY.test(text);
}

/** Reports whether parts of a text have different directions, so that a screen could show them in another order. */
export function mixesDirections(text: string): boolean {
  return hasRightToLeft(text) && DIRECTED.test(text.replaceAll(WORD, ''));
}

/**
 * Splits a text into runs. If the runs are laid out from left to right, each isolated, they keep their order on screen, and each word is readable in
 * its script.
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

/** Encloses a text in Unicode isolates for use in a browser's sentence, so that neither the text nor its surroundings are reordered. */
export function isolateText(text: string): string {
  if (!mixesDirections(text)) return `${ISOLATE_FIRST_STRONG}${text}${ISOLATE_END}`;
  const runs = directionRuns(text).map((run) =>
    run.isRightToLeft ? `${ISOLATE_RIGHT_TO_LEFT}${run.text}${ISOLATE_END}` : run.text,
  );
  return `${ISOLATE_LEFT_TO_RIGHT}${runs.join('')}${ISOLATE_END}`;
}

/**
 * Replaces each right-to-left character by its code, for terminals and system notifications, which may reorder text and not understand isolates.
 */
export function markRightToLeft(text: string): string {
  if (!hasRightToLeft(text)) return text;
  return text.replaceAll(WORD, (word) => Array.from(word, (character) => `⟨${codePointText(character)}⟩`).join(''));
}
