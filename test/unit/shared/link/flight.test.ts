import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { SimulatedPath } from './simulated-path.ts';
import type { SimulatedPathOptions } from './simulated-path.ts';

/** 20 Mbit/s and 80 ms both ways: 200 kB fit. */
const HOME = { rate: 2500, delay: 40 };
const FITS = 200_000;

function pathOf(options: Omit<SimulatedPathOptions, 'clock'>): { clock: FakeClock; path: SimulatedPath } {
  const clock = new FakeClock();
  return { clock, path: new SimulatedPath({ ...options, clock }) };
}

async function pourFor(clock: FakeClock, path: SimulatedPath, milliseconds: number): Promise<number> {
  const before = path.delivered;
  path.queue = [];
  path.backlog = Infinity;
  path.pump();
  await clock.advance(milliseconds);
  return (path.delivered - before) / (milliseconds * path.rate);
}

function share(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;
}

describe('bytes in flight', () => {
  it('fill the path and keep its queue short while somebody may type', async () => {
    const { clock, path } = pathOf(HOME);
    path.typing = true;
    await pourFor(clock, path, 1500);
    expect(await pourFor(clock, path, 3000)).toBeGreaterThan(0.97);
    expect(share(path.queue, 0.5)).toBeLessThan(15);
    expect(Math.max(...path.queue)).toBeLessThan(26);
    expect(path.flight.window).toBeGreaterThan(FITS);
    expect(path.flight.window).toBeLessThan(FITS * 1.4);
  });

  it('do not overrun a queue of 26 ms by much while the path is being learned', async () => {
    const { clock, path } = pathOf(HOME);
    path.typing = true;
    await pourFor(clock, path, 1500);
    expect(Math.max(...path.queue)).toBeLessThan(40);
  });

  it('may be more when nobody types, and are bounded', async () => {
    const { clock, path } = pathOf(HOME);
    await pourFor(clock, path, 3000);
    expect(await pourFor(clock, path, 2000)).toBeGreaterThan(0.98);
    expect(path.flight.window).toBeGreaterThan(FITS * 1.5);
    expect(path.flight.window).toBeLessThan(FITS * 4);
  });

  it('shrink as soon as somebody opens a terminal', async () => {
    const { clock, path } = pathOf(HOME);
    await pourFor(clock, path, 3000);
    path.typing = true;
    await pourFor(clock, path, 1000);
    expect(await pourFor(clock, path, 1000)).toBeGreaterThan(0.95);
    expect(share(path.queue, 0.95)).toBeLessThan(26);
  });

  it('are enough for a fast path with a short round trip, though acknowledgements are delayed', async () => {
    const { clock, path } = pathOf({ rate: 125_000, delay: 0.5 });
    path.typing = true;
    await pourFor(clock, path, 200);
    expect(await pourFor(clock, path, 300)).toBeGreaterThan(0.97);
    expect(Math.max(...path.queue)).toBeLessThan(15);
  });

  it('are little on a path that is fast in turns, such as between processes of one machine, while somebody may type', async () => {
    const { clock, path } = pathOf({ rate: 500_000, delay: 0.1 });
    await pourFor(clock, path, 500);
    expect(path.flight.window).toBeGreaterThan(4 * 1024 * 1024);
    path.typing = true;
    for (let turn = 0; turn < 20; turn += 1) {
      path.rate = turn % 2 === 0 ? 500_000 : 50_000;
      await pourFor(clock, path, 20);
    }
    expect(path.flight.window).toBeLessThanOrEqual(256 * 1024);
    expect(Math.max(...path.queue)).toBeLessThan(6);
    path.rate = 500_000;
    await pourFor(clock, path, 100);
    expect(await pourFor(clock, path, 100)).toBeGreaterThan(0.9);
  });

  it('fill a path of some ms that holds more than what is little', async () => {
    const { clock, path } = pathOf({ rate: 125_000, delay: 4 });
    path.typing = true;
    await pourFor(clock, path, 1000);
    expect(await pourFor(clock, path, 500)).toBeGreaterThan(0.95);
    expect(path.flight.window).toBeGreaterThan(1_000_000);
    expect(share(path.queue, 0.95)).toBeLessThan(8);
  });

  it('grow with a path whose delay varies by itself', async () => {
    const { clock, path } = pathOf({ ...HOME, jitter: 20 });
    path.typing = true;
    await pourFor(clock, path, 3000);
    expect(await pourFor(clock, path, 5000)).toBeGreaterThan(0.85);
  });

  it('grow beyond the path where losses and not queues slow it down', async () => {
    const { clock, path } = pathOf({ ...HOME, lossy: 60 });
    await pourFor(clock, path, 2000);
    expect(await pourFor(clock, path, 3000)).toBeGreaterThan(0.95);
    expect(path.flight.window).toBeGreaterThan(FITS * 2);
  });

  it('follow a path that becomes slower, and one that becomes longer', async () => {
    const { clock, path } = pathOf(HOME);
    path.typing = true;
    await pourFor(clock, path, 2000);
    path.rate = 625;
    await pourFor(clock, path, 4000);
    expect(await pourFor(clock, path, 2000)).toBeGreaterThan(0.9);
    expect(share(path.queue, 0.95)).toBeLessThan(60);
    path.delay = 100;
    await pourFor(clock, path, 6000);
    expect(await pourFor(clock, path, 3000)).toBeGreaterThan(0.85);
  });

  it('measure the least round trip again while they stand in a queue of their own', async () => {
    const { clock, path } = pathOf(HOME);
    path.typing = true;
    await pourFor(clock, path, 2000);
    const windows = new Set<number>();
    for (let step = 0; step < 120; step += 1) {
      await pourFor(clock, path, 100);
      windows.add(path.flight.window);
    }
    expect(Math.min(...windows)).toBeLessThan(FITS / 4);
    expect(path.flight.window).toBeLessThan(FITS * 1.4);
  });
});

describe('the rate', () => {
  it('is not taken for less when the sender has little to send', async () => {
    const { clock, path } = pathOf(HOME);
    await pourFor(clock, path, 2000);
    path.backlog = 0;
    await clock.advance(500);
    for (let count = 0; count < 200; count += 1) {
      path.backlog = 2000;
      path.pump();
      await clock.advance(50);
    }
    await pourFor(clock, path, 400);
    expect(await pourFor(clock, path, 200)).toBeGreaterThan(0.97);
    expect(path.flight.window).toBeGreaterThan(FITS);
  });

  it('survives a pause: after a few round trips it is as fast as before', async () => {
    const { clock, path } = pathOf(HOME);
    await pourFor(clock, path, 2000);
    path.backlog = 0;
    await clock.advance(120_000);
    expect(path.flight.inFlight).toBe(0);
    await pourFor(clock, path, 400);
    expect(await pourFor(clock, path, 1000)).toBeGreaterThan(0.97);
  });
});

describe('what waits', () => {
  it('goes on when acknowledgements come again after a long silence', async () => {
    const { clock, path } = pathOf(HOME);
    await pourFor(clock, path, 2000);
    path.silent = true;
    await clock.advance(10_000);
    const stuck = path.delivered;
    expect(path.flight.inFlight).toBeLessThanOrEqual(path.flight.window);
    await clock.advance(60_000);
    expect(path.delivered).toBe(stuck);
    path.speak();
    expect(await pourFor(clock, path, 3000)).toBeGreaterThan(0.9);
  });

  it('goes on however the sizes of records fall', async () => {
    for (const piece of [1, 100, 5000, 70_000]) {
      const { clock, path } = pathOf({ rate: 50_000, delay: 5 });
      for (let sent = 0; sent < 40; sent += 1) {
        path.backlog += piece;
        path.pump();
        await clock.advance(1);
      }
      await clock.advance(500);
      expect([piece, path.delivered, path.flight.inFlight]).toEqual([piece, 40 * piece, 0]);
    }
  });

  it('is not held back by nothing in flight, nor by a full flight of keystrokes for ever', async () => {
    const { clock, path } = pathOf(HOME);
    expect(path.flight.allowance(0)).toBeGreaterThan(0);
    path.send(path.flight.window);
    expect(path.flight.allowance(0)).toBe(0);
    await clock.advance(500);
    expect(path.flight.allowance(0)).toBeGreaterThan(0);
  });

  it('leaves no timer behind', async () => {
    const { clock, path } = pathOf(HOME);
    await pourFor(clock, path, 2000);
    path.backlog = 0;
    path.silent = true;
    await clock.advance(2000);
    path.flight.dispose();
    expect(clock.pending).toBe(0);
  });
});
