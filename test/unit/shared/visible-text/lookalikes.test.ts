import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksLike, plainKey, skeleton } from '#shared/visible-text/index.ts';
import { CONFUSABLES_VERSION } from '#shared/visible-text/confusables.ts';

describe('two names', () => {
  test.each([
    ['bravo', 'bravo\u034f'],
    ['bravo', 'BRAVO'],
    ['bravo', 'br\u0430vo'],
    ['bravo', '\uff42ravo'],
    ['bravo', 'brav\u03bf'],
    ['bravo', 'brav0'],
    ['BRAVO', '\u0412RAVO'],
    ['bravo', '\u{1d41b}\u{1d42b}\u{1d41a}\u{1d42f}\u{1d428}'],
    ['paypal', '\u0440\u0430\u0443\u0440\u0430l'],
    ['mall', 'maIl'],
    ['mall', 'MaIl'],
    ['vm1', 'vml'],
    ['vm1', 'vmI'],
    ['modern', 'modem'],
    ['web-1', 'web\u20131'],
    ['web-1', 'web\u20141'],
    ['straße', 'STRASSE'],
    ['Köln', 'KO\u0308LN'],
    ['office 2', 'office\u00a0\u20002'],
    ['kate', '\u043aate'],
  ])('that look the same are the same: %s and %s', (name, other) => {
    expect(looksLike(name, other)).toBe(true);
    expect(looksLike(other, name)).toBe(true);
  });

  test.each([
    ['bravo', 'brávo'],
    ['bravo', 'bravo-2'],
    ['office', 'offices'],
    ['Büro', 'Buro'],
    ['办公室', '办公楼'],
    ['mail', 'mall'],
    ['ali', 'all'],
    ['vm1', 'vm2'],
    ['مكتب', 'مكتبة'],
  ])('that a person tells apart are two: %s and %s', (name, other) => {
    expect(looksLike(name, other)).toBe(false);
  });

  test('that are written the same are one, and nothing but case and what is never seen is passed over', () => {
    expect(plainKey('Bravo\u034f ')).toBe(plainKey('bravo'));
    expect(plainKey('br\u0430vo')).not.toBe(plainKey('bravo'));
  });
});

describe('a skeleton', () => {
  test('is of a named version of Unicode, and knows all of its table', () => {
    expect(CONFUSABLES_VERSION).toMatch(/^\d+\.\d+\.\d+$/);
    // One row each of the begin, the middle and the end of confusables.txt.
    expect(skeleton('\u05ae')).toBe('\u0598');
    expect(skeleton('\u0430\u0501\u217e')).toBe('add');
    expect(skeleton('\u{118e5}\u{1f74c}')).toBe('ZC');
  });

  test('stands still, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(skeleton(skeleton(text))).toBe(skeleton(text));
      }),
      { numRuns: 2000 },
    );
  });
});
