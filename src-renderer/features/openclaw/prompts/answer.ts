import { showHiddenInLines } from '#shared/visible-text/index.ts';

/** Most characters of an answer that are shown and kept; the rest is only counted. */
export const ANSWER_LIMIT = 1_000_000;
/** A block ends at the first line end after `BLOCK` characters, or at the latest after `LONGEST_BLOCK`. */
const BLOCK = 4000;
const LONGEST_BLOCK = 32_000;

/**
 * Answer as it arrives. Finished blocks never change, so the page renders only the tail again, however long the
 * answer is.
 */
export type AnswerText = Readonly<{ blocks: readonly string[]; tail: string; length: number }>;

export const NO_ANSWER: AnswerText = { blocks: [], tail: '', length: 0 };

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

export function answerText(text: string): AnswerText {
  return appendAnswer(NO_ANSWER, text);
}

/** Returns the whole answer, as far as it is kept. */
export function wholeAnswer({ blocks, tail }: AnswerText): string {
  return blocks.join('') + tail;
}

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

/** Prepares untrusted text for display: shows invisible characters as their codes and drops only `\r` before a line end. */
export function showAnswer(text: string): string {
  return showHiddenInLines(text);
}
