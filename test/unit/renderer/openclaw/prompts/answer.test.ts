import { describe, expect, test } from 'vitest';
import {
  ANSWER_LIMIT,
  answerText,
  appendAnswer,
  isCut,
  NO_ANSWER,
  showAnswer,
  wholeAnswer,
  type AnswerText,
} from '../../../../../src-renderer/features/openclaw/prompts/answer.ts';

const say = (...pieces: string[]): AnswerText => {
  let answer = NO_ANSWER;
  for (const piece of pieces) answer = appendAnswer(answer, piece);
  return answer;
};

describe('an answer as it comes', () => {
  test('is the same text, however it came in pieces', () => {
    const text = 'one line of words\n'.repeat(2000);
    const pieces = Array.from({ length: text.length / 8 }, (_, index) => text.slice(index * 8, index * 8 + 8));
    expect(wholeAnswer(say(...pieces))).toBe(text);
    expect(wholeAnswer(answerText(text))).toBe(text);
  });

  test('keeps what stands as it is, so that only its end is drawn again', () => {
    const before = answerText('a line\n'.repeat(3000));
    const after = appendAnswer(before, ' and more');
    expect(before.blocks.length).toBeGreaterThan(2);
    expect(after.blocks).toBe(before.blocks);
    expect(after.tail.length).toBeLessThan(4100);
  });

  test('closes a block at an end of a line, and cuts what has none between characters', () => {
    for (const block of answerText('a line\n'.repeat(3000)).blocks) expect(block.endsWith('\n')).toBe(true);
    const { blocks } = answerText(`a${'👍'.repeat(40_000)}`);
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(block.isWellFormed()).toBe(true);
  });

  test('is bounded: what is longer is counted and said', () => {
    const long = say('x'.repeat(ANSWER_LIMIT - 1), 'yz', 'more');
    expect(isCut(long)).toBe(true);
    expect(wholeAnswer(long)).toHaveLength(ANSWER_LIMIT);
    expect(isCut(say('x'.repeat(ANSWER_LIMIT)))).toBe(false);
  });
});

test('what could change the page around an answer is shown as what it is; markup is text', () => {
  expect(showAnswer('a\u202eb\u0007\u001b[31m\tc\r\nd<img src=x>')).toBe(
    'a⟨U+202E⟩b⟨U+0007⟩⟨U+001B⟩[31m\tc\nd<img src=x>',
  );
  // Letters that are joined, and text from right to left, stay as they are.
  expect(showAnswer('👩‍💻 שלום')).toBe('👩‍💻 שלום');
});
