import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#test/support/faults/index.ts';

function numbers(random: SeededRandom, count: number): readonly number[] {
  return Array.from({ length: count }, () => random.next());
}

describe('random numbers from a seed', () => {
  it('are the same again with the same seed, and others with another', () => {
    expect(numbers(new SeededRandom(7), 100)).toEqual(numbers(new SeededRandom(7), 100));
    expect(numbers(new SeededRandom(7), 100)).not.toEqual(numbers(new SeededRandom(8), 100));
  });

  it('are spread evenly, whatever the seed', () => {
    for (const seed of [0, 1, 2, 0xffff_ffff]) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (const number of numbers(new SeededRandom(seed), 100_000)) {
        expect(number >= 0 && number < 1).toBe(true);
        tenths[Math.floor(number * 10)] = (tenths[Math.floor(number * 10)] ?? 0) + 1;
      }
      // Ten thousand in each on average; five standard deviations are 475.
      for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(475);
    }
  });

  it('give integers with both ends, and orders in which nothing is missing', () => {
    const random = new SeededRandom(3);
    const drawn = new Set(Array.from({ length: 1000 }, () => random.integer(3, 6)));
    expect(drawn).toEqual(new Set([3, 4, 5, 6]));
    const shuffled = random.shuffle([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shuffled).not.toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...shuffled].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('of a fork do not depend on how many of the other sequence are used later', () => {
    const one = new SeededRandom(11);
    const other = new SeededRandom(11);
    const [first, second] = [one.fork(), other.fork()];
    numbers(one, 50);
    expect(numbers(first, 20)).toEqual(numbers(second, 20));
  });
});
