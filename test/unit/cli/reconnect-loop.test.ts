import { describe, expect, it } from 'vitest';
import { ReconnectLoop, MAX_RETRY_TIME } from '#cli/terminal/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const LOST = new ClawReachError('link.session-lost', 'lost');
const NO_WAY = new ClawReachError('link.no-way', 'no way');

/** `tries`: what each try comes to; the last goes on for ever. */
function search(tries: readonly (string | Error)[], onChance?: (callback: () => void) => () => void) {
  const clock = new FakeClock();
  const begun = clock.now();
  const at: number[] = [];
  const told: number[] = [];
  const comeBack = new ReconnectLoop<string>({
    clock,
    random: () => 1,
    notify: () => void told.push(clock.now() - begun),
    ...(onChance === undefined ? {} : { onChance }),
    isPassing: (error) => error === NO_WAY,
    attempt: async () => {
      const result = tries[Math.min(at.length, tries.length - 1)] ?? NO_WAY;
      at.push(clock.now() - begun);
      if (typeof result === 'string') return result;
      throw result;
    },
  });
  return { clock, comeBack, at, told };
}

describe('a terminal that is lost', () => {
  it('is sought at once, and found without a word', async () => {
    const { clock, comeBack, at, told } = search(['found']);
    expect(await comeBack.run(new AbortController().signal, LOST)).toBe('found');
    expect(at).toEqual([0]);
    expect(told).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is sought with waits that double up to five seconds; after one second the person is told, once', async () => {
    const { clock, comeBack, at, told } = search([...Array.from({ length: 8 }, () => NO_WAY), 'found']);
    const seeking = comeBack.run(new AbortController().signal, LOST);
    await clock.advance(60_000);
    expect(await seeking).toBe('found');
    expect(at).toEqual([0, 250, 750, 1750, 3750, 7750, 12_750, 17_750, 22_750]);
    expect(told).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it('is sought at once when its machine is back, and no longer waited for after that', async () => {
    const waiting = new Set<() => void>();
    const { clock, comeBack, at } = search([...Array.from({ length: 6 }, () => NO_WAY), 'found'], (callback) => {
      waiting.add(callback);
      return () => void waiting.delete(callback);
    });
    const seeking = comeBack.run(new AbortController().signal, LOST);
    await clock.advance(8000);
    expect([at.at(-1), waiting.size]).toEqual([7750, 1]);
    for (const callback of waiting) callback();
    expect(await seeking).toBe('found');
    expect([at.at(-1), waiting.size, clock.pending]).toEqual([8000, 0, 0]);
  });

  it('is sought for twenty minutes, and then the last reason is what is said', async () => {
    const { clock, comeBack, at } = search([NO_WAY]);
    const seeking = comeBack.run(new AbortController().signal, LOST);
    const ended = seeking.catch((error: unknown) => error);
    await clock.advance(MAX_RETRY_TIME - 5000);
    expect(at.at(-1)).toBeGreaterThan(MAX_RETRY_TIME - 10_001);
    await clock.advance(5000);
    expect(await ended).toBe(NO_WAY);
    expect(clock.pending).toBe(0);
  });

  it('is not sought any more when it is certainly gone', async () => {
    const gone = new ClawReachError('terminal.unknown', 'gone');
    const { clock, comeBack, at } = search([NO_WAY, gone]);
    const ended = comeBack.run(new AbortController().signal, LOST).catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await ended).toBe(gone);
    expect(at).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('is given up at once, in the middle of a wait', async () => {
    const { clock, comeBack, at } = search([NO_WAY]);
    const person = new AbortController();
    const ended = comeBack.run(person.signal, LOST).catch((error: unknown) => error);
    await clock.advance(10_000);
    const tries = at.length;
    person.abort('enough');
    expect(await ended).toBe('enough');
    expect(at).toHaveLength(tries);
    expect(clock.pending).toBe(0);
  });

  it('starts over with short waits only after it was there for ten seconds', async () => {
    const { clock, comeBack, at } = search(['found']);
    const { signal } = new AbortController();
    const seek = async (): Promise<void> => {
      const seeking = comeBack.run(signal, LOST);
      await clock.advance(5000);
      await seeking;
    };
    await seek();
    await seek();
    await seek();
    await clock.advance(10_000);
    await seek();
    expect(at).toEqual([0, 5250, 10_500, 25_000]);
  });
});
