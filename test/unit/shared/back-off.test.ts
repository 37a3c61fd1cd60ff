import { describe, expect, it } from 'vitest';
import { backOffCeiling, equalJitter, fullJitter } from '#shared/back-off.ts';

const CEILINGS = { first: 250, longest: 5000 };
const ALMOST_ONE = 1 - 2 ** -53;

describe('an exponential back-off', () => {
  it.each([
    [0, 250],
    [1, 250],
    [2, 500],
    [5, 4000],
    [6, 5000],
    [7, 5000],
    [1_000_000, 5000],
  ])('has after %d failures a ceiling of %d ms', (failures, ceiling) => {
    expect(backOffCeiling(failures, CEILINGS)).toBe(ceiling);
  });

  it('with full jitter pauses for anything from nothing to below the ceiling', () => {
    expect(fullJitter(3, CEILINGS, () => 0)).toBe(0);
    expect(fullJitter(3, CEILINGS, () => 0.5)).toBe(500);
    expect(fullJitter(3, CEILINGS, () => ALMOST_ONE)).toBe(999);
  });

  it('with equal jitter pauses for at least half of the ceiling', () => {
    expect(equalJitter(3, CEILINGS, () => 0)).toBe(500);
    expect(equalJitter(3, CEILINGS, () => 0.5)).toBe(750);
    expect(equalJitter(3, CEILINGS, () => ALMOST_ONE)).toBe(1000);
  });
});
