import { expect, test } from 'vitest';
import { TitleNumbers, type Titled } from '../../../../src-renderer/features/terminals/tabs/numbered-titles.ts';
import { readNumbers, writeNumbers } from '../../../../src-renderer/features/terminals/tabs/saved-numbers.ts';

const newNumbers = (): TitleNumbers => new TitleNumbers((title, number) => `${title} (${number})`);

type Row = readonly [scope: string, title: string];
const titles = (...all: readonly Row[]): readonly string[] => [
  ...newNumbers()
    .number(all.map(([scope, title], key) => ({ key, scope, title })))
    .values(),
];

/** Returns a function that numbers what has a title on one machine, again and again. */
const follow = () => {
  const numbers = newNumbers();
  return (...all: readonly Omit<Titled<string>, 'scope'>[]): Readonly<Record<string, string>> =>
    Object.fromEntries(numbers.number(all.map((one) => ({ ...one, scope: 'a' }))));
};
const bash = (key: string): Omit<Titled<string>, 'scope'> => ({ key, title: 'bash' });
const vim = (key: string): Omit<Titled<string>, 'scope'> => ({ key, title: 'vim' });

test('equal titles on one machine are numbered from the second on, and those of other machines are not', () => {
  expect(titles(['a', 'bash'], ['a', 'bash'], ['b', 'bash'], ['a', 'vim'], ['a', 'bash'])).toEqual([
    'bash',
    'bash (2)',
    'bash',
    'vim',
    'bash (3)',
  ]);
});

test('a number is never one that a program has given itself', () => {
  expect(titles(['a', 'bash (2)'], ['a', 'bash'], ['a', 'bash'])).toEqual(['bash (2)', 'bash', 'bash (3)']);
});

test('titles that others have already are passed over', () => {
  const given = newNumbers().number(
    [{ key: 'x', scope: '', title: 'bash' }],
    [
      { scope: '', title: 'bash' },
      { scope: '', title: 'bash (2)' },
    ],
  );
  expect(given.get('x')).toBe('bash (3)');
});

test('a terminal keeps its number when another one closes, and a new one takes what is free', () => {
  const show = follow();
  show(bash('one'), bash('two'), bash('three'));
  expect(show(bash('one'), bash('three'))).toEqual({ one: 'bash', three: 'bash (3)' });
  expect(show(bash('three'))).toEqual({ three: 'bash (3)' });
  expect(show(bash('three'), bash('four'), bash('five'))).toEqual({
    three: 'bash (3)',
    four: 'bash',
    five: 'bash (2)',
  });
});

test('a shell comes back to its number after a program, also if another one was opened meanwhile', () => {
  const show = follow();
  show(bash('one'), bash('two'));
  expect(show(vim('one'), bash('two'), bash('three'))).toEqual({ one: 'vim', two: 'bash (2)', three: 'bash (3)' });
  expect(show(vim('one'), vim('two'), bash('three'))).toEqual({ one: 'vim', two: 'vim (2)', three: 'bash (3)' });
  expect(show(bash('one'), vim('two'), bash('three'))).toEqual({ one: 'bash', two: 'vim (2)', three: 'bash (3)' });
  expect(show(bash('one'), bash('two'), vim('three'))).toEqual({ one: 'bash', two: 'bash (2)', three: 'vim' });
});

test('a title that stands for an unknown one reserves no number', () => {
  const show = follow();
  show({ key: 'one', title: 'office', isPassing: true });
  expect(show(bash('one'), { key: 'two', title: 'office', isPassing: true })).toEqual({ one: 'bash', two: 'office' });
  expect(show(bash('one'), bash('two'))).toEqual({ one: 'bash', two: 'bash (2)' });
});

test('a terminal that leaves its pane keeps its number', () => {
  const show = follow();
  show(bash('pane 1'), { ...bash('pane 2'), keys: ['terminal'] });
  expect(show({ ...bash('left'), keys: ['terminal'] })).toEqual({ left: 'bash (2)' });
});

test('a detail tells equal titles apart without a number, and a title comes back to its number with its detail', () => {
  const show = follow();
  const shell = (key: string, detail: string) => ({ ...bash(key), detail });
  expect(show(shell('one', '~'), shell('two', '~/docs'), shell('three', '~'))).toEqual({
    one: 'bash',
    two: 'bash',
    three: 'bash (2)',
  });
  expect(show(shell('one', '~'), shell('two', '~/docs'), shell('three', '~/docs'))).toMatchObject({
    three: 'bash (2)',
  });
  expect(show(shell('one', '~/www'), shell('two', '~/docs'), shell('three', '~'))).toMatchObject({ three: 'bash (2)' });
});

test('terminals keep their numbers after a restart, in whatever order they come back', () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
  };
  const all = (...keys: readonly string[]) =>
    keys.map((key) => ({ key: `pane of ${key}`, keys: [key], scope: 'a', title: 'bash' }));
  const before = newNumbers();
  before.number(all('first', 'second', 'third'));
  before.number(all('second', 'third'));
  writeNumbers(storage, before.kept);
  const after = new TitleNumbers((title, number) => `${title} (${number})`, readNumbers(storage));
  // The window renders once before its terminals are there.
  after.number([]);
  expect([...after.number(all('third', 'second', 'new')).values()]).toEqual(['bash (3)', 'bash (2)', 'bash']);
});

test('numbers that are damaged or not of a terminal are left out', () => {
  const read = (text: string) => readNumbers({ getItem: () => text, setItem: () => undefined });
  expect(read('{').size).toBe(0);
  expect(read('{}').size).toBe(0);
  const latest = { name: 'a', number: 2 };
  expect([
    ...read(JSON.stringify([1, { terminal: 't', latest: { name: 'a', number: 0 } }, { terminal: 'u', latest }])),
  ]).toEqual([['u', { first: undefined, latest }]]);
});
