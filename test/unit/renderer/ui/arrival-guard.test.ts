import { describe, expect, it } from 'vitest';
import { ARRIVAL_PERIOD, ArrivalGuard } from '#renderer/ui/arrival/arrival-guard.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

function setup() {
  const clock = new FakeClock();
  const guard = new ArrivalGuard(clock);
  let changes = 0;
  guard.onChange(() => {
    changes += 1;
  });
  return { clock, guard, changes: () => changes };
}

describe('the guard of the requests', () => {
  it('lets nothing through before a request has been there for the period [S-ASK-7]', async () => {
    const { clock, guard, changes } = setup();
    expect(guard.readiness(1)).toBe('fresh');
    guard.update([1]);
    expect(guard.readiness(1)).toBe('fresh');
    await clock.advance(ARRIVAL_PERIOD - 1);
    expect(guard.readiness(1)).toBe('fresh');
    const told = changes();
    await clock.advance(1);
    expect(guard.readiness(1)).toBe('ready');
    expect(changes()).toBe(told + 1);
    expect(clock.pending).toBe(0);
  });

  it('does not hold what was there when another one comes below', async () => {
    const { clock, guard } = setup();
    guard.update([1]);
    await clock.advance(ARRIVAL_PERIOD);
    guard.update([1, 2]);
    expect(guard.readiness(1)).toBe('ready');
    expect(guard.readiness(2)).toBe('fresh');
  });

  it('holds what moves up when one above goes: a press meant for one must not answer the next [S-ASK-7]', async () => {
    const { clock, guard } = setup();
    guard.update([1, 2, 3]);
    await clock.advance(ARRIVAL_PERIOD);
    guard.update([1, 3]);
    expect(guard.readiness(1)).toBe('ready');
    expect(guard.readiness(3)).toBe('moved');
    await clock.advance(ARRIVAL_PERIOD);
    expect(guard.readiness(3)).toBe('ready');
  });

  it('keeps a fresh one fresh when it moves, from then on for the whole period', async () => {
    const { clock, guard } = setup();
    guard.update([1, 2]);
    await clock.advance(ARRIVAL_PERIOD - 100);
    guard.update([2]);
    expect(guard.readiness(2)).toBe('fresh');
    await clock.advance(ARRIVAL_PERIOD - 1);
    expect(guard.readiness(2)).toBe('fresh');
    await clock.advance(1);
    expect(guard.readiness(2)).toBe('ready');
  });

  it('holds everything when the window comes to the front [S-ASK-7]', async () => {
    const { clock, guard } = setup();
    guard.update([1, 2]);
    await clock.advance(ARRIVAL_PERIOD);
    guard.shown();
    expect(guard.readiness(1)).toBe('moved');
    expect(guard.readiness(2)).toBe('moved');
    await clock.advance(ARRIVAL_PERIOD);
    expect(guard.readiness(2)).toBe('ready');
  });

  it('takes what comes back as new', async () => {
    const { clock, guard } = setup();
    guard.update([1]);
    await clock.advance(ARRIVAL_PERIOD);
    guard.update([]);
    expect(guard.readiness(1)).toBe('fresh');
    guard.update([1]);
    expect(guard.readiness(1)).toBe('fresh');
  });

  it('leaves no timer behind', () => {
    const { clock, guard } = setup();
    guard.update([1, 2]);
    expect(clock.pending).toBe(1);
    guard.clear();
    expect(clock.pending).toBe(0);
    expect(guard.readiness(1)).toBe('fresh');
  });
});
