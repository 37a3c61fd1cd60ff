import { describe, expect, it } from 'vitest';
import type { RoundTrips } from '#shared/link/index.ts';
import { createMemoryChannelPair } from '#shared/link/index.ts';
import { nullCipher } from '#test/support/link.ts';
import { PathPairs, swallow, type MadePath } from './path-pairs.ts';

type Tried = Readonly<{ made: MadePath; asked: RoundTrips[] }>;

/** A path of the initiator's own that is measured first, `latency` ms each way; the one in use takes 5. */
function attach(pair: PathPairs, latency: number, answer: boolean): Tried {
  const [initiator, responder] = createMemoryChannelPair({ latency, clock: pair.clock });
  const made: MadePath = { ends: { initiator, responder }, settled: { initiator: [], responder: [] } };
  const asked: RoundTrips[] = [];
  pair.attach(made, 'responder', 'initiator', 'udp');
  pair.initiator.attachPath({
    kind: 'udp',
    channel: initiator,
    send: nullCipher,
    receive: nullCipher,
    dialed: true,
    settled: (used) => made.settled.initiator.push(used),
    prefers: (times) => {
      asked.push(times);
      return answer;
    },
  });
  return { made, asked };
}

/** What the initiator sends comes so much later from now on. */
function delay(pair: PathPairs, made: MadePath, milliseconds: number): Readonly<{ end(): void }> {
  const end = made.ends.initiator;
  const write = end.write.bind(end);
  end.write = (pieces) => {
    pair.clock.setTimer(milliseconds, () => void write(pieces));
    return true;
  };
  return {
    end() {
      end.write = write;
    },
  };
}

describe('a path that is measured beside the one in use', () => {
  it('takes its place where it is preferred, after both were asked some times', async () => {
    const { pair, stream } = await PathPairs.working();
    const { made, asked } = attach(pair, 20, true);
    await pair.clock.advance(400);
    expect([pair.initiator.path, asked]).toEqual(['relay', []]);
    expect(await pair.echoes(stream)).toBe(true);
    await pair.clock.advance(400);
    expect(asked).toEqual([{ tried: 40, used: 10 }]);
    expect([pair.initiator.path, pair.responder.path, made.settled]).toEqual([
      'udp',
      'udp',
      { initiator: [true], responder: [true] },
    ]);
    expect(await pair.echoes(stream)).toBe(true);
    expect(pair.initiator.statistics().pathsRemembered).toBe(0);
  });

  it('is given up where it is not, and the one in use goes on as if nothing had been', async () => {
    const { pair, stream } = await PathPairs.working();
    const { made, asked } = attach(pair, 1, false);
    await pair.clock.advance(1000);
    expect(asked).toEqual([{ tried: 2, used: 10 }]);
    expect(made.settled).toEqual({ initiator: [false], responder: [false] });
    expect(pair.events).toEqual({ initiator: ['up relay'], responder: ['up relay'] });
    expect(await pair.echoes(stream)).toBe(true);
    expect([pair.initiator, pair.responder].map((session) => session.statistics().pathsRemembered)).toEqual([0, 0]);
  });

  it('is used without a question when the one in use is lost meanwhile', async () => {
    const { pair, first, stream } = await PathPairs.working();
    const { asked } = attach(pair, 20, false);
    await pair.clock.advance(200);
    first.ends.initiator.destroy();
    await pair.clock.advance(200);
    expect([pair.initiator.path, pair.initiator.pathState, asked]).toEqual(['udp', 'up', []]);
    expect(await pair.echoes(stream)).toBe(true);
    await pair.clock.advance(5000);
    expect([pair.initiator.path, asked]).toEqual(['udp', []]);
  });

  it('is used when the one in use gives no answer any more: by the measurement, or since that is doubtful', async () => {
    const { pair, first, stream } = await PathPairs.working();
    const { asked } = attach(pair, 20, true);
    await pair.clock.advance(60);
    swallow(first.ends.initiator, first.ends.responder);
    await pair.clock.advance(8000);
    expect(asked.every(({ tried, used }) => tried === 40 && used >= 10)).toBe(true);
    expect([pair.initiator.path, pair.initiator.pathState]).toEqual(['udp', 'up']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('that owes an answer is given up and not asked about', async () => {
    const { pair, stream } = await PathPairs.working();
    const { made, asked } = attach(pair, 5, true);
    await pair.clock.advance(150);
    swallow(made.ends.initiator, made.ends.responder);
    await pair.clock.advance(3500);
    expect(made.settled.initiator).toEqual([]);
    await pair.clock.advance(1000);
    expect([asked, made.settled.initiator, pair.initiator.path]).toEqual([[], [false], 'relay']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('is measured anew where another path has come into use meanwhile', async () => {
    const { pair } = await PathPairs.working();
    const { asked } = attach(pair, 20, true);
    await pair.clock.advance(200);
    await pair.connect('initiator', 'direct');
    expect(pair.initiator.path).toBe('direct');
    await pair.clock.advance(1500);
    expect([asked, pair.initiator.path]).toEqual([[{ tried: 40, used: 10 }], 'udp']);
  });

  it('is not the better one because a transfer delays the one in use: there the last ten seconds count', async () => {
    const { pair, first } = await PathPairs.working();
    const late = delay(pair, first, 300);
    const { asked } = attach(pair, 20, false);
    await pair.clock.advance(5000);
    expect(asked).toEqual([{ tried: 40, used: 10 }]);
    await pair.clock.advance(40_000);
    const { asked: later } = attach(pair, 20, false);
    await pair.clock.advance(5000);
    expect(later).toEqual([{ tried: 40, used: 310 }]);
    late.end();
  });

  it('keeps no timer behind the end of the session', async () => {
    const { pair } = await PathPairs.working();
    attach(pair, 20, true);
    await pair.clock.advance(150);
    const closed = pair.initiator.close('test', 'over');
    await pair.clock.advance(200);
    await closed;
    expect([pair.initiator.path, pair.clock.pending]).toEqual([undefined, 0]);
  });
});
