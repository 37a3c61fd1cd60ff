import { expect, test } from 'vitest';
import { Alarm } from '#shared/alarm.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

/** A wall clock that can be set while timers go on as before, and that remembers how long its timers were. */
class SettableClock extends FakeClock {
  offset = 0;
  readonly delays: number[] = [];

  override now(): number {
    return super.now() + this.offset;
  }

  override setTimer(delay: number, callback: () => void) {
    this.delays.push(delay);
    return super.setTimer(delay, callback);
  }
}

test('an alarm rings once at its time, however far away, with short timers only', async () => {
  const clock = new SettableClock();
  let rung = 0;
  const alarm = new Alarm(clock, () => {
    rung += 1;
  });
  const day = 86_400_000;
  alarm.set(clock.now() + day);
  await clock.advance(day - 1);
  expect(rung).toBe(0);
  await clock.advance(1);
  await clock.advance(day);
  expect(rung).toBe(1);
  expect(Math.max(...clock.delays)).toBeLessThanOrEqual(60_000);
  expect(clock.pending).toBe(0);
});

test('an alarm notices within a minute that the wall clock was set past it, and does not ring early when it was set back', async () => {
  const clock = new SettableClock();
  let rung = 0;
  const alarm = new Alarm(clock, () => {
    rung += 1;
  });
  alarm.set(clock.now() + 3_600_000);
  clock.offset = 3_600_000;
  await clock.advance(60_000);
  expect(rung).toBe(1);
  alarm.set(clock.now() + 10_000);
  clock.offset -= 30_000;
  await clock.advance(39_999);
  expect(rung).toBe(1);
  await clock.advance(1);
  expect(rung).toBe(2);
});

test('only the last time that was set counts, and a cancelled alarm leaves nothing', async () => {
  const clock = new SettableClock();
  let rung = 0;
  const alarm = new Alarm(clock, () => {
    rung += 1;
  });
  alarm.set(clock.now() + 1000);
  alarm.set(clock.now() + 5000);
  await clock.advance(4999);
  expect(rung).toBe(0);
  alarm.cancel();
  await clock.advance(5000);
  expect([rung, clock.pending]).toEqual([0, 0]);
});
