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
    // Small capitals, small letters in the form of a capital, and both in one.
    ['bravo', '\u0299\u0280\u1d00\u1d20\u1d0f'],
    ['mac', '\u043cac'],
    ['mac', '\u043c\u0430\u0441'],
    ['mac', '\u1d0d\u1d00\u1d04'],
    ['hub', '\u043dub'],
    ['tab', '\u0442ab'],
    ['nas', '\u043fas'],
    ['vm', 'v\u043c'],
    // Strokes, hooks, tails, and marks below or through a letter.
    ['bravo', '\u0180ravo'],
    ['bravo', '\u0253rav\u00f8'],
    ['desk', '\u0111es\u0199'],
    ['lab', '\u0142ab'],
    ['lab', '\u026bab'],
    ['zoo', '\u01b6oo'],
    ['nas', '\u0273as'],
    ['nas', '\u019eas'],
    ['bravo', 'bra\u1e7fo'],
    ['bravo', 'br\u0105vo'],
    ['bravo', 'b\u0332r\u0332a\u0332v\u0332o\u0332'],
    ['bravo', 'brav\u0336o'],
    // Superscripts, letters in frames, other styles.
    ['bravo', '\u1d47\u02b3\u1d43\u1d5b\u1d52'],
    ['bravo', '\u24d1\u24e1\u24d0\u24e5\u24de'],
    ['bravo', '\u{1f171}\u{1f181}\u{1f170}\u{1f185}\u{1f17e}'],
    ['bravo', '\u{1f1e7}\u{1f1f7}\u{1f1e6}\u{1f1fb}\u{1f1f4}'],
    ['sun', '\u017fun'],
    ['fan', '\u017fan'],
    // One letter for two, and digits for letters.
    ['window', 'vvindow'],
    ['w1', '\u0461l'],
    ['nas0', 'nasO'],
    ['3d', '\u0437d'],
    ['3d', '\u0292d'],
    ['2b', '\u01a8b'],
    // The same words, which a screen can show in the same order.
    ['\u05d0-mac', 'mac-\u05d0'],
    ['\u05d0 1', '1 \u05d0'],
  ])('that look the same are the same: %s and %s [S-NAME-1]', (name, other) => {
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
    ['mac-1', 'mac-2'],
    ['mac-a', 'mac-b'],
    ['web', 'wed'],
    ['web', 'veb'],
    ['wm', 'vm'],
    ['clone', 'done'],
    ['home', 'hone'],
    ['desk', 'disk'],
    ['nas', 'nass'],
    ['server-5', 'server-s'],
    ['node-8', 'node-b'],
    ['build server', 'buildserver'],
    ['caf\u00e9', 'cafe'],
    ['\u0434\u043e\u043c', '\u0442\u043e\u043c'],
    ['\u0441\u0435\u0440\u0432\u0435\u0440', '\u0441\u0435\u0432\u0435\u0440'],
    ['\u043c\u0430\u043c\u0430', '\u043f\u0430\u043f\u0430'],
    ['\u05d0-mac', '\u05d1-mac'],
    ['\u6771\u4eac', '\u4eac\u90fd'],
    ['\u30b5\u30fc\u30d0', '\u30b5\u30fc\u30d1'],
  ])('that a person tells apart are two: %s and %s', (name, other) => {
    expect(looksLike(name, other)).toBe(false);
  });

  test('that are written the same are one, and nothing but case and what is never seen is passed over', () => {
    expect(plainKey('Bravo\u034f ')).toBe(plainKey('bravo'));
    expect(plainKey('br\u0430vo')).not.toBe(plainKey('bravo'));
  });
});

test('ordinary names are all told apart [S-NAME-1]', () => {
  const names = (
    'office,laptop,desktop,server,nas,backup,router,printer,phone,tablet,work,home,media,alpha,bravo,charlie,delta,' +
    'echo,foxtrot,golf,hotel,india,juliett,kilo,lima,mike,november,oscar,papa,quebec,romeo,sierra,tango,uniform,' +
    'victor,whiskey,x-ray,yankee,zulu,web-1,web-2,web-10,web-11,db-1,db-2,vm-1,vm-2,ci,cd,dev,prod,test,stage,raspi,' +
    'pi4,pi5,Büro,Küche,Keller,Wohnzimmer,Schlafzimmer,Ana’s MacBook,Annas MacBook,Jan,Jana,Jens,Jonas,' +
    '\u043e\u0444\u0438\u0441,\u0434\u043e\u043c,\u0441\u0435\u0440\u0432\u0435\u0440,' +
    '\u043d\u043e\u0443\u0442\u0431\u0443\u043a,\u529e\u516c\u5ba4,\u5bb6,\u670d\u52a1\u5668,' +
    '\u05de\u05e9\u05e8\u05d3,\u05d1\u05d9\u05ea,\u0645\u0643\u062a\u0628,\u0628\u064a\u062a'
  ).split(',');
  const alike = names.flatMap((name, index) =>
    names.slice(index + 1).flatMap((other) => (looksLike(name, other) ? [[name, other]] : [])),
  );
  expect(alike).toEqual([]);
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
