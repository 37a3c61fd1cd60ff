import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanDetail,
  cleanProse,
  countSpecial,
  markLookalikes,
  piecesOf,
  showDetail,
  showHidden,
  showHiddenInLines,
} from '#shared/visible-text/index.ts';

const ANY_TEXT = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)), maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '⟨',
      'U',
      '+',
      '0',
      '⟩',
      '␣',
      '\u034f',
      'e',
      '\u0301',
      'é',
      '\u0430',
      '\ud800',
      'क',
      '्',
      '\n',
    ),
    maxLength: 60,
  }),
);

/** What was shown, read back as the text that it shows. */
function readBack(shown: string): string {
  return shown
    .replaceAll('␣', ' ')
    .replaceAll(/⟨U\+([0-9A-F]{4,6})⟩/gu, (_code, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

describe('a detail that a person judges', () => {
  test.each([
    ['run: ./backup.sh --all "größe"', 'run: ./backup.sh --all "größe"'],
    ['/home/иван/Документы', '/home/иван/Документы'],
    ['कंप्यूटर 办公室 مكتب', 'कंप्यूटर 办公室 مكتب'],
    ['ls\u202e\u034f\u{e0041}', 'ls⟨U+202E⟩⟨U+034F⟩⟨U+E0041⟩'],
    ['a\tb\nc\u001b', 'a⟨U+0009⟩b⟨U+000A⟩c⟨U+001B⟩'],
    ['a\u00a0b\u3000c\u2800', 'a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2800⟩'],
    [' rm  -rf /x ', '␣rm␣␣-rf /x␣'],
    ['\u0301x', '⟨U+0301⟩x'],
    ['cafe\u0301 café', 'cafe⟨U+0301⟩ café'],
    ['\u212b', '⟨U+212B⟩'],
    ['⟨U+034F⟩ ␣', '⟨U+27E8⟩U+034F⟩ ⟨U+2423⟩'],
  ])('shows %j as %s', (text, shown) => {
    expect(cleanDetail(text, 200)).toBe(shown);
  });

  test('can be read back from what is shown: two that differ look different [S-NAME-4]', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const { text: shown, isWhole } = showDetail(text, 2000);
        expect(isWhole).toBe(true);
        expect(readBack(shown)).toBe(text);
        expect(shown).not.toMatch(/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]|(?! )\p{White_Space}/u);
        expect(shown).not.toMatch(/^ | $| {2}/u);
        expect(shown.normalize('NFC')).toBe(shown);
      }),
      { numRuns: 4000 },
    );
  });

  test('counts what does not fit, however much room its codes take [S-NAME-4]', () => {
    expect(showDetail('x'.repeat(300), 20)).toEqual({
      text: `${'x'.repeat(20)} … ⟨and 280 more characters⟩`,
      isWhole: false,
    });
    expect(cleanDetail('\u202e'.repeat(300), 20)).toBe('⟨U+202E⟩⟨U+202E⟩ … ⟨and 298 more characters⟩');
    fc.assert(
      fc.property(ANY_TEXT, fc.nat({ max: 40 }), (text, limit) => {
        const { text: shown, isWhole } = showDetail(text, limit);
        const [kept = '', rest = '0'] = shown.split(/ … ⟨and (\d+) more characters⟩$/u);
        expect(kept.length).toBeLessThanOrEqual(limit);
        expect(readBack(kept) === text).toBe(isWhole);
        expect(readBack(kept).length + Number(rest)).toBe(text.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('letters that look like others', () => {
  test.each([
    ['a word with a letter of another alphabet', 'b\u0430sh -c', 'bа⟨U+0430⟩sh -c'],
    [
      'a host that is all of another alphabet',
      '\u0430\u0440\u0440\u04cf\u0435.com',
      'а⟨U+0430⟩р⟨U+0440⟩р⟨U+0440⟩ӏ⟨U+04CF⟩е⟨U+0435⟩.com',
    ],
    ['a slash and a dash that are none', 'usr\u2215bin \u2013a', 'usr∕⟨U+2215⟩bin –⟨U+2013⟩a'],
    ['wide letters', '\uff4cs', 'ｌ⟨U+FF4C⟩s'],
  ])('are marked in %s [S-NAME-4]', (_name, detail, marked) => {
    expect(markLookalikes(detail)).toBe(marked);
  });

  test('are not marked in a text of their own script', () => {
    const detail = '/home/иван/Документы Ελλάδα größe 日本語 サーバー मेरा';
    expect(piecesOf(detail)).toEqual([{ kind: 'plain', text: detail }]);
  });

  test('never change what a detail says: pieces give it back', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const detail = cleanDetail(text, 2000);
        const pieces = piecesOf(detail);
        expect(pieces.map((piece) => (piece.kind === 'hidden' ? `⟨${piece.code}⟩` : piece.text)).join('')).toBe(detail);
        expect(countSpecial(pieces)).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('prose of another program', () => {
  test('keeps emoji, letters with their marks and blanks, and shows what is hidden', () => {
    const text = 'Fertig ❤️ 👨‍👩‍👧 1️⃣  “ok” – cafe\u0301';
    expect(showHidden(text)).toBe(text);
    expect(cleanProse(text, 100)).toBe(text);
    expect(showHidden('a\u202eb\ufe0f\u200d\u2800\u001b')).toBe('a⟨U+202E⟩b⟨U+FE0F⟩⟨U+200D⟩⟨U+2800⟩⟨U+001B⟩');
    expect(cleanProse('x'.repeat(30), 10)).toBe(`${'x'.repeat(10)} … and 20 more characters`);
  });

  test('keeps lines and tabs where it has several', () => {
    expect(showHiddenInLines('a\r\n\tb\u0007\r')).toBe('a\n\tb⟨U+0007⟩⟨U+000D⟩');
  });

  test('never hides anything', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        expect(showHidden(text).replaceAll(/\p{RGI_Emoji}/gv, '')).not.toMatch(
          /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/u,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
