import { describe, expect, it } from 'vitest';
import { formatRoundTrip, summariseRoundTrips } from '#renderer/features/peers/path/round-trips.ts';

describe('a summary of round trips', () => {
  it('is nothing before anything was measured', () => {
    expect(summariseRoundTrips([])).toBeUndefined();
  });

  it('has the last, the least and the most', () => {
    expect(summariseRoundTrips([30, 12, 44, 20])).toEqual({ now: 20, least: 12, most: 44, count: 4 });
  });
});

describe('a round trip in words', () => {
  it.each([
    [0, '<1 ms'],
    [0.99, '<1 ms'],
    [1, '1 ms'],
    [4.24, '4.2 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [38.4, '38 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1432, '1.4 s'],
  ])('%d reads %s', (milliseconds, expected) => {
    expect(formatRoundTrip(milliseconds)).toBe(expected);
  });
});
