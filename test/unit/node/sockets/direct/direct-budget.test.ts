import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { AddressBudget } from '../../../../../src-node/sockets/direct/direct-budget.ts';

describe('what one address may have looked at', () => {
  const taken = (budget: AddressBudget, group: string, tries: number): number =>
    Array.from({ length: tries }, () => budget.take(group)).filter(Boolean).length;

  it('is 64 at once, then 8 a second, and never more than 64', async () => {
    const clock = new FakeClock();
    const budget = new AddressBudget(clock);
    expect(taken(budget, '10.0.0.1', 100)).toBe(64);
    await clock.advance(1000);
    expect(taken(budget, '10.0.0.1', 100)).toBe(8);
    await clock.advance(3_600_000);
    expect(taken(budget, '10.0.0.1', 100)).toBe(64);
  });

  it('takes nothing from others', () => {
    const budget = new AddressBudget(new FakeClock());
    expect(taken(budget, '10.0.0.1', 100)).toBe(64);
    expect(taken(budget, '10.0.0.2', 100)).toBe(64);
  });

  it('is remembered for those who ask most, whoever else comes', () => {
    const budget = new AddressBudget(new FakeClock());
    expect(taken(budget, 'loud', 64)).toBe(64);
    for (let round = 0; round < 5; round += 1) {
      for (let other = 0; other < 1000; other += 1) budget.take(`other ${round} ${other}`);
      expect(budget.take('loud')).toBe(false);
    }
  });
});
