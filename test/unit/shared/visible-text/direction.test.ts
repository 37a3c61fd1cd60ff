import { describe, expect, test } from 'vitest';
import {
  directionRuns,
  isolateText,
  markLookalikes,
  markRightToLeft,
  mixesDirections,
} from '#shared/visible-text/index.ts';

const ALEF = '\u05d0';
const BET = '\u05d1';
const ARABIC = '\u0628';

describe('a text with right-to-left letters', () => {
  test.each([
    [`rm -rf /${ALEF}/1/${BET}`, ['rm -rf /', `<${ALEF}>`, '/1/', `<${BET}>`]],
    [`${ALEF}1${BET}`, [`<${ALEF}>`, '1', `<${BET}>`]],
    // Marks stay on their letter; a hyphen of Hebrew and digits of Arabic stand by themselves.
    [`${ALEF}\u05b8${BET}`, [`<${ALEF}\u05b8${BET}>`]],
    [`${ALEF}\u05be${BET}`, [`<${ALEF}>`, '<\u05be>', `<${BET}>`]],
    [`${ARABIC}\u0661\u0662`, [`<${ARABIC}>`, '<\u0661>', '<\u0662>']],
    ['\u{10900}-\u{1e900}', ['<\u{10900}>', '-', '<\u{1e900}>']],
    ['plain', ['plain']],
    ['', []],
  ])('falls into words and what is between: %j', (text, runs) => {
    expect(directionRuns(text).map((run) => (run.isRightToLeft ? `<${run.text}>` : run.text))).toEqual(runs);
  });

  test('is codes for a terminal, which could show it in another order [S-NAME-4]', () => {
    expect(markRightToLeft(`/${ALEF}/1/${BET}`)).toBe('/⟨U+05D0⟩/1/⟨U+05D1⟩');
    expect(markLookalikes(`rm /${ALEF}/1 ${ARABIC} p\u0430y`)).toBe('rm /⟨U+05D0⟩/1 ⟨U+0628⟩ pа⟨U+0430⟩y');
    // A letter that looks like a Latin one as well: its code alone.
    expect(markLookalikes('l\u05d5')).not.toMatch(/[\u0590-\u08ff]/u);
  });

  test('stays words where it is prose', () => {
    expect(markLookalikes(`${ALEF}${BET} ${ALEF}`, 'read')).toBe(`${ALEF}${BET} ${ALEF}`);
  });

  test('mixes directions where letters or digits of the other one are in it', () => {
    expect([`${ALEF}-mac`, `mac-${ALEF}`, `${ALEF} 1`].map(mixesDirections)).toEqual([true, true, true]);
    expect([ALEF, `${ALEF} ${BET}`, 'mac-1', '日本'].map(mixesDirections)).toEqual([false, false, false, false]);
  });

  test('is isolated word by word inside a sentence where it mixes them', () => {
    expect(isolateText(`${ALEF}-mac`)).toBe(`\u2066\u2067${ALEF}\u2069-mac\u2069`);
    expect(isolateText(ALEF)).toBe(`\u2068${ALEF}\u2069`);
  });

  test('leaves no right-to-left character of Unicode out [S-NAME-4]', () => {
    const right =
      /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Mende_Kikakui}\p{Script=Old_South_Arabian}\p{Script=Phoenician}\p{Script=Yezidi}\p{Script=Hanifi_Rohingya}]/u;
    const left: string[] = [];
    for (let code = 0x80; code < 0x1_f000; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      if (/\p{L}/u.test(character) && right.test(character) && markRightToLeft(character) === character)
        left.push(code.toString(16));
    }
    expect(left).toEqual([]);
  });
});
