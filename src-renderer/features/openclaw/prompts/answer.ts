import { showHiddenInLines } from '#shared/visible-text/index.ts';

/** Most characters of an answer that the window stores; the rest is only counted. */
export const ANSWER_LIMIT = 1_000_000;
/** Characters after which a block ends at the next line end. */
const BLOCK = 4000;
/** Characters after which a block ends even within a line. */
const LONGEST_BLOCK = 32_000;

/**
 * Answer while it arrives. Finished blocks never change, so the page renders only `tail` again. `length` counts all characters, stored or not.
 */
export type AnswerText = Readonly<{ blocks: readonly string[]; tail: string; length: number }>;

/** Answer before its first text. */
export const NO_ANSWER: AnswerText = { blocks: [], tail: '', length: 0 };

/** Returns the answer with a further piece of text. Pure. */
export function appendAnswer(answer: AnswerText, text: string): AnswerText {
  const room = Math.max(0, ANSWER_LIMIT - answer.length);
  let tail = answer.tail + text.slice(0, room);
  const closed: string[] = [];
  for (let end = endOfBlock(tail); end !== undefined; end = endOfBlock(tail)) {
    closed.push(tail.slice(0, end));
    tail = tail.slice(end);
  }
  return {
    blocks: closed.length === 0 ? answer.blocks : [...answer.blocks, ...closed],
    tail,
    length: answer.length + text.length,
  };
}

/** Returns the answer made of this text. Pure. */
export function answerText(text: string): AnswerText {
  return appendAnswer(NO_ANSWER, text);
}

/** Returns the stored text of an answer: all of it, up to the limit. Pure. */
export function wholeAnswer({ blocks, tail }: AnswerText): string {
  return blocks.join('') + tail;
}

/** Reports whether the end of the answer is missing because it is longer than the limit. Pure. */
export function isCut({ length }: AnswerText): boolean {
  return length > ANSWER_LIMIT;
}

function endOfBlock(text: string): number | undefined {
  if (text.length <= BLOCK) return undefined;
  const line = text.indexOf('\n', BLOCK);
  if (line !== -1 && line < LONGEST_BLOCK) return line + 1;
  if (text.length <= LONGEST_BLOCK) return undefined;
  // Never splits a surrogate pair.
  const last = text.charCodeAt(LONGEST_BLOCK - 1);
  return last >= 0xd800 && last <= 0xdbff ? LONGEST_BLOCK - 1 : LONGEST_BLOCK;
}

/**
 * Makes untrusted text safe to show: replaces invisible characters by their codes, and drops `\r` before a line end. Used by the components of
 * prompts and workflows for text that may have several lines: prompts and answers, parameters, last errors, tasks, workflows' descriptions. Other
 * pages use `showHidden`. Pure.
 */
export function showAnswer(text: string): string {
  return showHiddenInLines(text);
}
