import { describe, expect, it } from 'vitest';
import { DirectError } from '#shared/direct/index.ts';
import { raceAddresses } from '#agent/direct/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

type Attempt = Readonly<{
  address: string;
  at: number;
  signal: AbortSignal;
  succeed(result: string): void;
  fail(code: string): void;
}>;

function race(addresses: readonly string[], timing: { stagger?: number; timeout?: number } = {}) {
  const clock = new FakeClock(0);
  const controller = new AbortController();
  const attempts: Attempt[] = [];
  const discarded: string[] = [];
  const failed: string[] = [];
  const won = raceAddresses<string>(addresses, {
    ...timing,
    clock,
    signal: controller.signal,
    attempt: (address, signal) =>
      new Promise((resolve, reject) => {
        attempts.push({
          address,
          at: clock.monotonic(),
          signal,
          succeed: resolve,
          fail: (code) => reject(new DirectError(code, code)),
        });
      }),
    failed: (address, code) => void failed.push(`${address} ${code}`),
    discard: (result) => void discarded.push(result),
  });
  won.catch(() => undefined);
  return { clock, controller, attempts, discarded, failed, won };
}

describe('a race of addresses', () => {
  it('tells of each address that led nowhere, and of none that was only given up', async () => {
    const { clock, attempts, failed, won } = race(['a', 'b', 'c']);
    await settle();
    attempts[0]?.fail('direct.connection-refused');
    await settle();
    expect(failed).toEqual(['a direct.connection-refused']);
    await clock.advance(300);
    attempts[2]?.succeed('third');
    await won;
    await settle();
    expect(failed).toEqual(['a direct.connection-refused']);
  });

  it('begins one every 250 ms, in their order, each once', async () => {
    const { clock, attempts } = race(['a', 'b', 'a', 'c']);
    await clock.advance(2000);
    expect(attempts.map(({ address, at }) => [address, at])).toEqual([
      ['a', 0],
      ['b', 250],
      ['c', 500],
    ]);
  });

  it('is won by the first that is finished; the others are given up, and what they still bring is discarded', async () => {
    const { clock, attempts, discarded, won } = race(['a', 'b', 'c']);
    await clock.advance(300);
    attempts[1]?.succeed('second');
    expect(await won).toEqual({ address: 'b', result: 'second' });
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    attempts[0]?.succeed('first');
    await clock.advance(5000);
    expect(discarded).toEqual(['first']);
    expect(attempts).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('goes on at once when an attempt fails', async () => {
    const { clock, attempts } = race(['a', 'b', 'c']);
    await clock.advance(100);
    attempts[0]?.fail('direct.connection-refused');
    await settle();
    expect(attempts.map(({ at }) => at)).toEqual([0, 100]);
    await clock.advance(250);
    expect(attempts.map(({ at }) => at)).toEqual([0, 100, 350]);
  });

  it('gives an attempt 3 s, and does not take what it brings later', async () => {
    const { clock, attempts, discarded, won } = race(['a']);
    await clock.advance(2999);
    expect(attempts[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(attempts[0]?.signal.aborted).toBe(true);
    await expect(won).rejects.toMatchObject({ code: 'direct.timeout' });
    attempts[0]?.succeed('late');
    await settle();
    expect(discarded).toEqual(['late']);
    expect(clock.pending).toBe(0);
  });

  it('fails with the code that all share, or says that no address led there', async () => {
    const same = race(['a', 'b']);
    await settle();
    for (const index of [0, 1]) {
      same.attempts[index]?.fail('direct.connection-refused');
      await settle();
    }
    await expect(same.won).rejects.toMatchObject({ code: 'direct.connection-refused', details: { tried: 2 } });
    const different = race(['a', 'b']);
    await settle();
    different.attempts[0]?.fail('direct.no-answer');
    await settle();
    different.attempts[1]?.fail('direct.timeout');
    await expect(different.won).rejects.toMatchObject({
      code: 'direct.unreachable',
      details: { tried: 2, reasons: 'a: direct.no-answer, b: direct.timeout' },
    });
    await expect(race([]).won).rejects.toMatchObject({ code: 'direct.unreachable', details: { tried: 0 } });
  });

  it('stops when it is told to, before and while it runs', async () => {
    const { clock, controller, attempts, won } = race(['a', 'b']);
    await settle();
    controller.abort();
    await expect(won).rejects.toMatchObject({ code: 'direct.aborted' });
    expect(attempts[0]?.signal.aborted).toBe(true);
    await clock.advance(5000);
    expect(attempts).toHaveLength(1);
    expect(clock.pending).toBe(0);
    const before = new AbortController();
    before.abort();
    const never = raceAddresses(['a'], {
      clock,
      signal: before.signal,
      attempt: () => Promise.reject(new Error('must not be called')),
      discard: () => undefined,
    });
    await expect(never).rejects.toMatchObject({ code: 'direct.aborted' });
  });

  it('survives an attempt that throws at once', async () => {
    const clock = new FakeClock();
    const won = raceAddresses<string>(['a', 'b'], {
      clock,
      signal: new AbortController().signal,
      attempt(address) {
        if (address === 'a') throw new Error('broken');
        return Promise.resolve('fine');
      },
      discard: () => undefined,
    });
    expect(await won).toEqual({ address: 'b', result: 'fine' });
  });
});
