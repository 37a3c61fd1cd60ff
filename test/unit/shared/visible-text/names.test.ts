import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanName, firstHidden, NAME_LIMIT, nameKeys } from '#shared/visible-text/index.ts';

/** Text of all planes: assigned or not, lone surrogates, marks, controls, what is invisible. */
const ANY_TEXT = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)), maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom(
      ...Array.from(
        'aB1 -оοéßİ한机क्ا👨❤\u0301\u0336\u034f\u0489\u05b0\u0651\u1039\u180e\u200d\u202e\u2800\u3164\u115f',
      ),
      ...Array.from('\u00ad\u00a0\ufe0f\u{e0100}\u{e0041}\ud800 \udc00\n\u0000'),
    ),
    maxLength: 120,
  }),
);

describe('a name that someone else chose', () => {
  test.each([
    'Büro-Größe',
    'Übersetzerstraße 4',
    '办公室的电脑',
    '事務所サーバー',
    '한국 서버',
    'مكتب أحمد',
    'שָׁלוֹם',
    'मेरा कंप्यूटर',
    'தமிழ்',
    'മലയാളം',
    'မြွှော်',
    'ខ្មែរ',
    'བོད་ཡིག',
    'กรุงเทพฯ',
    'Máy tính của Nguyễn Thị Hương',
    'Zażółć Łódź',
    'Čeština',
    'İstanbul kapı',
    'Ελλάδα',
    'Київ сервер',
    'ქართული',
    'የኢትዮጵያ',
    'ʻOkina',
    'web-01.example (2) #3 & co',
    'Box 👍🏽 🇩🇪 🖥',
  ])('stays as it is in every script: %s', (name) => {
    expect(cleanName(name)).toBe(name);
    expect(firstHidden(name)).toBeUndefined();
  });

  test('keeps emoji readable: a family is its people, a heart is a heart', () => {
    expect(cleanName('👨‍👩‍👧 ❤️ 1️⃣')).toBe('👨👩👧 ❤ 1\u20e3');
  });

  test.each([
    ['a grapheme joiner', 'bravo\u034f'],
    ['a Mongolian vowel separator', 'bra\u180evo'],
    ['variation selectors', 'b\ufe00ravo\u{e0100}'],
    ['tags', 'bravo\u{e0041}\u{e007f}'],
    ['a filler of Hangul', '\u3164bravo\uffa0'],
    ['an empty Braille cell', 'bravo\u2800'],
    ['a soft hyphen at the end', 'bravo\u00ad'],
    ['text direction', '\u202ebravo\u202c\u2066\u2069\u061c'],
    ['blanks around', '\u00a0 \u3000bravo\t\n '],
    ['controls', '\u0007bravo\u001b\u009b'],
    ['what nobody has assigned', 'bravo\u{e0fff}\u0378\uffff'],
    ['private use and half a character', 'bravo\ue000\ud800'],
    ['a mark on nothing', '\u0301bravo'],
    ['marks of another script', 'bravo\u05b0\u0651\u0e31\u093f'],
    ['an empty sign of music and of Egyptian', 'bravo\u{1d159}\u{13441}'],
    ['dashes at the begin, which would make it an option', '--bravo'],
    ['dashes with blanks and marks between', ' - \u2013\u0301 \u2212-bravo'],
  ])('loses %s [S-NAME-1]', (_name, hostile) => {
    expect(cleanName(hostile)).toBe('bravo');
  });

  test.each(
    Array.from(
      '-\u1806\u05be\u058a\u2574\u23af\u06d4\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043\u02d7\u2796\u2500',
    ),
  )('begins with no dash, as %s', (dash) => {
    expect(cleanName(`${dash}yes`)).toBe('yes');
    expect(cleanName(`${dash}${dash}yes${dash}no`)).toBe(`yes${dash}no`.normalize('NFC'));
    expect(cleanName(dash)).toBe('');
  });

  test.each(['.', '..', '\uff0e', '\u2024', '\u2025', '-.', ' . '])(
    'is not %j, which means something else in a command line',
    (name) => {
      expect(cleanName(name)).toBe('');
    },
  );

  test.each(['.hidden', '...', 'a-b', '_x', '+1', 'laptop -'])('may be %s', (name) => {
    expect(cleanName(name)).toBe(name);
  });

  test('has no more marks on a letter than a language needs', () => {
    expect(cleanName(`bravo${'\u0301'.repeat(500)}`)).toBe('bravó');
    const heap = cleanName(`x${'\u0301\u0302\u0303\u0304\u0305\u0306\u0307'.repeat(50)}y`);
    expect(heap.length).toBeLessThanOrEqual(6);
    expect(heap).toMatch(/y$/u);
  });

  test('shows nothing that cannot be seen, in one line of bounded length, whatever it was [S-NAME-1]', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const name = cleanName(text);
        expect(name).not.toMatch(/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/u);
        expect(name).not.toMatch(/(?! )\p{White_Space}| {2}|^ | $/u);
        expect(name).not.toMatch(/^[-.]$|^\.\.$|^\p{Dash}/u);
        expect(name).not.toMatch(/(?:^|\s)\p{M}|[\p{Mn}\p{Me}]{5}/u);
        expect(name.length).toBeLessThanOrEqual(NAME_LIMIT);
        expect(name.isWellFormed()).toBe(true);
        expect(name.normalize('NFC')).toBe(name);
      }),
      { numRuns: 3000 },
    );
  });

  test('keeps no mark whose base went with another mark', () => {
    const name = cleanName('\u0915\u0341\u0489\u1039a');
    expect(cleanName(name)).toBe(name);
  });

  test('is not changed by a second cleaning, nor are its keys', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const name = cleanName(text);
        expect(cleanName(name)).toBe(name);
        expect(nameKeys(name)).toEqual(nameKeys(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('says which character it cannot have, and where', () => {
    expect(firstHidden('of\u034ffice')).toEqual({ character: '\u034f', position: 3 });
    expect(firstHidden('👍\u2800')).toEqual({ character: '\u2800', position: 2 });
  });
});
