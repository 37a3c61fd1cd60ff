import { describe, expect, it } from 'vitest';
import { HopReconnector } from '#agent/links/hops/hops.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const PEER = 'M' as PeerId;

/** A keeper whose dials come to their end when the test says so, and what it dialed, in seconds. */
function bench(random = 0.999) {
  const clock = new FakeClock();
  const wanted = new Set<PeerId>([PEER]);
  const linked = new Set<PeerId>();
  const dials: { at: number; signal: AbortSignal; end(error?: Error): void }[] = [];
  const keeper: HopReconnector = new HopReconnector({
    clock,
    random: () => random,
    wanted: () => wanted,
    isLinked: (peerId) => linked.has(peerId),
    dial: (_peerId, signal) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => (error === undefined ? resolve(undefined) : reject(error));
        dials.push({ at: clock.monotonic() / 1000, signal, end });
        signal.addEventListener('abort', () => reject(new Error('given up')));
      }),
  });
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= 100) {
      await settle();
      await clock.advance(Math.min(100, left));
    }
    await settle();
  };
  return { clock, keeper, wanted, linked, dials, pass };
}

describe('a hop that is needed and not linked', () => {
  it('is dialed at once, and after failures with pauses that double up to half a minute', async () => {
    const { keeper, dials, pass } = bench();
    keeper.update();
    for (let passed = 0; passed < 180; passed += 1) {
      dials.at(-1)?.end(new Error('nobody is there'));
      await pass(1000);
    }
    const times = dials.map(({ at }) => at);
    const pauses = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)));
    expect(pauses.slice(0, 7)).toEqual([2, 4, 8, 16, 30, 30, 30]);
  });

  it('is dialed once at a time, and no more when nobody needs it', async () => {
    const { clock, keeper, wanted, dials, pass } = bench();
    keeper.update();
    keeper.update();
    await pass(60_000);
    expect(dials).toHaveLength(1);
    wanted.clear();
    keeper.update();
    expect(dials[0]?.signal.aborted).toBe(true);
    await pass(60_000);
    expect([dials.length, clock.pending]).toEqual([1, 0]);
  });

  it('is dialed sooner when it may be there again, and still not more than once a second', async () => {
    const { keeper, dials, pass } = bench();
    keeper.update();
    for (let round = 0; round < 8; round += 1) {
      dials.at(-1)?.end(new Error('nobody is there'));
      await pass(20_000);
    }
    const before = dials.length;
    for (let round = 0; round < 100; round += 1) {
      dials.at(-1)?.end(new Error('nobody is there'));
      keeper.hurry(PEER);
      await pass(100);
    }
    expect(dials.length - before).toBeGreaterThan(5);
    expect(dials.length - before).toBeLessThanOrEqual(11);
  });

  it('that links and leaves, or is needed by turns, is dialed no faster for it [S-LINK-17]', async () => {
    const { keeper, wanted, linked, dials, pass } = bench();
    for (let round = 0; round < 600; round += 1) {
      keeper.update();
      dials.at(-1)?.end();
      linked.add(PEER);
      await pass(100);
      linked.clear();
      wanted.clear();
      keeper.update();
      wanted.add(PEER);
    }
    expect(dials.length).toBeLessThanOrEqual(7);
  });

  it('is left alone when the device shuts down', async () => {
    const { clock, keeper, dials, pass } = bench();
    keeper.update();
    keeper.close();
    await pass(60_000);
    keeper.hurry();
    expect([dials.length, dials[0]?.signal.aborted, clock.pending]).toEqual([1, true, 0]);
  });
});
