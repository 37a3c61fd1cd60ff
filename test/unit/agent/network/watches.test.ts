import { describe, expect, it } from 'vitest';
import type { InterfaceAddress } from '#shared/direct/index.ts';
import { InterfaceWatch } from '#agent/network/interface-watch.ts';
import { WakeWatch } from '#agent/network/wake-watch.ts';
import type { Clock } from '#shared/clock.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

/** A clock whose wall time and monotonic time may jump between two timers. */
class JumpingClock implements Clock {
  readonly fake = new FakeClock();
  wall = 0;
  steady = 0;

  now(): number {
    return this.fake.now() + this.wall;
  }

  monotonic(): number {
    return this.fake.monotonic() + this.steady;
  }

  setTimer(delay: number, callback: () => void): ReturnType<Clock['setTimer']> {
    return this.fake.setTimer(delay, callback);
  }
}

describe('a watch for time that has passed unnoticed', () => {
  it('tells of each jump of either clock by more than five seconds, once', async () => {
    const clock = new JumpingClock();
    let woke = 0;
    const watch = new WakeWatch(clock, () => {
      woke += 1;
    });
    watch.start();
    await clock.fake.advance(3_600_000);
    expect(woke).toBe(0);
    clock.wall += 4900;
    await clock.fake.advance(2000);
    expect(woke).toBe(0);
    // Asleep: the monotonic clock stood still.
    clock.wall += 3_600_000;
    await clock.fake.advance(2000);
    expect(woke).toBe(1);
    // Frozen: both went on.
    clock.wall += 10_000;
    clock.steady += 10_000;
    await clock.fake.advance(60_000);
    expect(woke).toBe(2);
    // The wall clock was set back: nothing was missed.
    clock.wall -= 3_600_000;
    await clock.fake.advance(60_000);
    expect(woke).toBe(2);
    watch.stop();
    expect(clock.fake.pending).toBe(0);
  });
});

describe('a watch for the addresses of this machine', () => {
  it('tells of another network within five seconds, and of no container that comes and goes', async () => {
    const clock = new FakeClock();
    const wifi: InterfaceAddress = { interface: 'wlan0', address: '192.168.1.7', family: 'IPv4', internal: false };
    const local: InterfaceAddress = { interface: 'veth1', address: 'fe80::1', family: 'IPv6', internal: false };
    let interfaces: readonly InterfaceAddress[] = [wifi];
    let changes = 0;
    const watch = new InterfaceWatch(
      clock,
      () => interfaces,
      () => {
        changes += 1;
      },
    );
    watch.start();
    await clock.advance(60_000);
    interfaces = [local, wifi];
    await clock.advance(5000);
    expect(changes).toBe(0);
    interfaces = [{ ...wifi, address: '10.8.0.2' }];
    await clock.advance(5000);
    expect(changes).toBe(1);
    interfaces = [];
    await clock.advance(60_000);
    expect(changes).toBe(2);
    watch.stop();
    expect(clock.pending).toBe(0);
  });
});
