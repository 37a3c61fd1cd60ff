import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readSoakRun } from '../../../scripts/support/soak-arguments.ts';

describe('the seeds of a soak', () => {
  it('are a count from the first one on, or those that are named', () => {
    expect(readSoakRun({})).toEqual({ seeds: Array.from({ length: 50 }, (_, index) => index + 1), mebibytes: 256 });
    expect(readSoakRun({ seeds: '3', first: '100', mebibytes: '64' })).toEqual({
      seeds: [100, 101, 102],
      mebibytes: 64,
    });
    expect(readSoakRun({ seeds: '771-773' }).seeds).toEqual([771, 772, 773]);
    expect(readSoakRun({ seeds: '9,4, 6-7,7' }).seeds).toEqual([4, 6, 7, 9]);
    expect(readSoakRun({ seeds: '5-5' }).seeds).toEqual([5]);
  });

  it.each([
    [{ seeds: '0' }, /--seeds: expected a whole number/],
    [{ seeds: '' }, /--seeds: expected a count/],
    [{ seeds: 'nonsense' }, /expected a count, or seeds such as 771-773/],
    [{ seeds: '773-771' }, /goes backwards/],
    [{ seeds: '-3' }, /expected a count/],
    [{ seeds: '1.5' }, /expected a count/],
    [{ seeds: '1e3' }, /expected a count/],
    [{ seeds: '1-2-3' }, /expected a count/],
    [{ seeds: '1,' }, /expected a count/],
    [{ seeds: '1-99999999' }, /more than 10000/],
    [{ seeds: '771-773', first: '2' }, /--first goes with/],
    [{ first: 'x' }, /--first: expected a whole number/],
    [{ mebibytes: '0' }, /--mebibytes/],
    [{ mebibytes: 'many' }, /--mebibytes/],
  ])('that make no sense are an error, and never none: %o', (values, text) => {
    expect(() => readSoakRun(values)).toThrow(text);
  });
});

describe('a program that is run from the command line for tests or figures', () => {
  const run = (...words: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 50_000 });
    return { status, stderr };
  };

  it.each([
    ['scripts/soak.ts', '--seeds', 'none'],
    ['scripts/soak.ts', '--seeds', '0'],
    ['scripts/soak.ts', '--seed', '771-773'],
    ['scripts/soak.ts', '771-773'],
    ['scripts/demo.ts', '--terminals'],
    ['scripts/test-full.ts', '--without', 'tests'],
    ['scripts/mutations.ts', '--onyl', 'x'],
    ['scripts/mutations.ts', '--only', 'what no guard has'],
    ['test/bench/main.ts', '--qick'],
    ['test/bench/window/main.ts', '--qick'],
    ['test/bench/command-start.ts', '--qick'],
    ['test/bench/network/main.ts', '--rate', 'fast'],
  ])('ends with 2 and its usage for words that it does not know, before it does anything: %s %s %s', (...words) => {
    const { status, stderr } = run(...words.filter((word) => word !== undefined));
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/Usage: /) as string });
  });
});
