import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanFileName,
  MOST_DEPTH,
  NAME_BYTES,
  NAME_RULES,
  nameKey,
  NameTable,
  numberedName,
  PATH_BYTES,
} from '#shared/files/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { casesOf } from '#test/support/fuzz.ts';

const RUNS = { numRuns: casesOf(20_000) };
/** Characters, endings and names that Windows doesn't take. */
const BAD_ON_WINDOWS = /[<>:"|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d) *(?:\.|$)/i;
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('.', '..', 'CON', 'aux.c', 'com1.txt', 'a.', 'a ', '.bashrc', 'x\u202Egpj.exe', 'ß', 'SS'),
);

describe.each(NAME_RULES)('a name by the rules of %s', (rules) => {
  it('is one name of a file, whatever was sent [S-FILE-1]', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (sent, isTop) => {
        const name = cleanFileName(sent, rules, isTop);
        expect(name).not.toMatch(/[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
        expect(name).not.toMatch(/^\.{0,2}$/);
        expect(toUtf8(name).length).toBeLessThanOrEqual(NAME_BYTES);
        expect(name.normalize('NFC')).toBe(name);
        expect(isTop && name.startsWith('.')).toBe(false);
        expect(rules === 'windows' && BAD_ON_WINDOWS.test(name)).toBe(false);
      }),
      RUNS,
    );
  });

  it('stays as it is once it is clean', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (sent, isTop) => {
        const name = cleanFileName(sent, rules, isTop);
        expect(cleanFileName(name, rules, isTop)).toBe(name);
      }),
      RUNS,
    );
  });

  it('differs from all others of its folder, and is the same each time [S-FILE-1]', () => {
    const entries = fc.array(fc.record({ name: text, in: fc.integer({ min: -1, max: 5 }), isFolder: fc.boolean() }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(entries, fc.boolean(), (sent, folds) => {
        const give = (): readonly (string | undefined)[] => {
          const table = new NameTable({ rules, folds });
          return sent.map((one, n) => table.add({ n, ...one })?.name);
        };
        const names = give();
        expect(give()).toEqual(names);
        const keys = names.flatMap((name, n) =>
          name === undefined ? [] : [`${sent[n]?.in ?? 0}/${nameKey(name, folds || rules !== 'posix')}`],
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
      RUNS,
    );
  });
});

it('keeps usual names as they are', () => {
  for (const name of ['report.pdf', 'déjà vu', '日本語.txt', '.gitignore', 'Makefile', 'a b  c', 'CON', 'x:y'])
    expect(cleanFileName(name, 'posix', false)).toBe(name);
});

it('numbers a name before its ending', () => {
  expect(numberedName('a.tar.gz', 2)).toBe('a.tar (2).gz');
  expect(numberedName('.profile', 3)).toBe('.profile (3)');
  expect(toUtf8(numberedName(`${'ü'.repeat(126)}.txt`, 12)).length).toBeLessThanOrEqual(NAME_BYTES);
});

it('takes many equal names in little time', () => {
  const table = new NameTable({ rules: 'posix', folds: false });
  const before = performance.now();
  for (let n = 0; n < 100_000; n += 1) table.add({ n, in: -1, name: 'a', isFolder: false });
  expect(performance.now() - before).toBeLessThan(5000);
});

it.each(['posix', 'windows'] as const)(
  'takes long names that differ in their last characters only, again and again, in little time by the rules of %s [S-FILE-3]',
  (rules) => {
    const table = new NameTable({ rules, folds: false });
    const before = performance.now();
    const given = new Set<string | undefined>();
    const count = 2000;
    for (let n = 0; n < 3 * count; n += 1) {
      const name = `${'x'.repeat(NAME_BYTES - 5)}${String(n % count).padStart(5, '0')}`;
      given.add(table.add({ n, in: -1, name, isFolder: false })?.name);
    }
    expect(performance.now() - before).toBeLessThan(5000);
    expect(given.size).toBe(3 * count);
  },
);

it('gives numbers in order, and passes over names that are taken', () => {
  const table = new NameTable({ rules: 'posix', folds: true });
  const sent = ['a', 'A (2)', 'a', 'A', 'a (10)', ...Array.from({ length: 8 }, () => 'a')];
  expect(sent.map((name, n) => table.add({ n, in: -1, name, isFolder: false })?.name)).toEqual([
    'a',
    'A (2)',
    'a (3)',
    'A (4)',
    'a (10)',
    ...[5, 6, 7, 8, 9, 11, 12, 13].map((number) => `a (${number})`),
  ]);
});

it('takes no path that is too long or too deep [S-FILE-3]', () => {
  const table = new NameTable({ rules: 'posix', folds: false });
  let deepest = 0;
  for (let n = 0; n < 100; n += 1)
    if (table.add({ n, in: n - 1, name: 'x', isFolder: true }) !== undefined) deepest = n + 1;
  expect(deepest).toBe(MOST_DEPTH);
  const long = new NameTable({ rules: 'posix', folds: false });
  const taken = Array.from({ length: 20 }, (_, n) =>
    long.add({ n, in: n - 1, name: 'y'.repeat(NAME_BYTES), isFolder: true }),
  );
  expect(taken.filter((one) => one !== undefined)).toHaveLength(Math.floor(PATH_BYTES / (NAME_BYTES + 1)));
});
