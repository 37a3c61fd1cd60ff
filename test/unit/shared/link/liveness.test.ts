import { describe, expect, it } from 'vitest';
import { settle } from '#test/support/fake-clock.ts';
import { PathPairs, swallow } from './path-pairs.ts';

describe('a path with a stream open', () => {
  it('is asked often enough that silence is noticed within 6.5 seconds, though nobody types', async () => {
    for (const delay of [0, 700, 1450, 1800, 60_000]) {
      const pair = new PathPairs();
      const first = await pair.connect();
      expect(await pair.echoes(pair.initiator.open('pty', null))).toBe(true);
      await pair.clock.advance(delay);
      swallow(first.ends.initiator, first.ends.responder);
      await pair.clock.advance(6520);
      expect([pair.initiator.pathState, pair.responder.pathState]).toEqual(['doubtful', 'doubtful']);
      expect(pair.events.initiator).toEqual(['up relay', 'doubtful']);
    }
  });

  it('is doubtful five seconds after data that nobody acknowledges', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.initiator.open('pty', null);
    expect(await pair.echoes(stream)).toBe(true);
    swallow(first.ends.responder);
    await stream.write(Uint8Array.of(1));
    await pair.clock.advance(4990);
    expect(pair.initiator.pathState).toBe('up');
    await pair.clock.advance(20);
    expect(pair.initiator.pathState).toBe('doubtful');
  });

  it('is doubtful although the other direction still brings something: only answers count', async () => {
    const { pair, first } = await PathPairs.working();
    const other = pair.responder.open('tcp', null);
    await pair.clock.advance(50);
    swallow(first.ends.initiator);
    for (let second = 0; second < 7; second += 1) {
      other.write(new Uint8Array(100)).catch(() => undefined);
      await pair.clock.advance(1000);
    }
    expect(pair.initiator.pathState).toBe('doubtful');
  });

  it('is clear again when an answer comes, and lost half a minute after it became doubtful', async () => {
    const { pair, first, stream } = await PathPairs.working();
    first.ends.responder.pause();
    await pair.clock.advance(20_000);
    expect(pair.initiator.pathState).toBe('doubtful');
    first.ends.responder.resume();
    await pair.clock.advance(50);
    expect(pair.initiator.pathState).toBe('up');
    expect(await pair.echoes(stream)).toBe(true);
    expect(pair.events.initiator).toEqual(['up relay', 'doubtful', 'clear']);
    first.ends.responder.pause();
    await pair.clock.advance(36_000);
    expect(pair.events.initiator).toEqual(['up relay', 'doubtful', 'clear', 'doubtful']);
    await pair.clock.advance(600);
    expect(pair.initiator.pathState).toBe('lost');
  });

  it('is not doubted while a long queue is acknowledged little by little', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.initiator.open('file', null);
    expect(await pair.echoes(stream)).toBe(true);
    const write = first.ends.initiator.write.bind(first.ends.initiator);
    let free = pair.clock.monotonic();
    first.ends.initiator.write = (pieces) => {
      // 2 s for each write: a very slow link.
      free = Math.max(free, pair.clock.monotonic()) + 2000;
      pair.clock.setTimer(free - pair.clock.monotonic(), () => void write(pieces));
      return true;
    };
    for (let count = 0; count < 12; count += 1) {
      stream.write(new Uint8Array(3000)).catch(() => undefined);
      await pair.clock.advance(500);
    }
    await pair.clock.advance(20_000);
    expect(pair.events.initiator).toEqual(['up relay']);
  });

  it('that goes black without a word is left within seven seconds when its supervisor dials', async () => {
    const pair = new PathPairs();
    const first = await pair.connect('initiator', 'direct');
    const stream = pair.initiator.open('rpc', null);
    expect(await pair.echoes(stream)).toBe(true);
    const tell = pair.initiator.onPath;
    pair.initiator.onPath = (event) => {
      tell?.(event);
      if (event.type === 'doubtful') void pair.connect('initiator', 'relay');
    };
    await pair.clock.advance(1400);
    swallow(first.ends.initiator, first.ends.responder);
    const start = pair.clock.monotonic();
    let answered: number | undefined;
    void (async (): Promise<void> => {
      for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
        answered ??= pair.clock.monotonic() - start;
    })().catch(() => undefined);
    await stream.write(Uint8Array.of(5));
    await pair.clock.advance(7000);
    expect(answered).toBeLessThan(7000);
    expect([pair.initiator.path, pair.initiator.pathState]).toEqual(['relay', 'up']);
  });
});

describe('a path without a stream', () => {
  it('is asked every 20 seconds, and nothing else is sent', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    await pair.clock.advance(100);
    let written = 0;
    const write = first.ends.initiator.write.bind(first.ends.initiator);
    first.ends.initiator.write = (pieces) => {
      written += 1;
      return write(pieces);
    };
    await pair.clock.advance(10 * 60_000);
    // One question of each side, with the answer to the other one's.
    expect(written).toBeGreaterThanOrEqual(30);
    expect(written).toBeLessThanOrEqual(60);
    expect(pair.events).toEqual({ initiator: ['up relay'], responder: ['up relay'] });
  });

  it('that was cut is doubtful within 25 seconds, and lost half a minute later', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    await pair.clock.advance(100_000);
    swallow(first.ends.initiator, first.ends.responder);
    await pair.clock.advance(25_010);
    expect(pair.events).toEqual({ initiator: ['up relay', 'doubtful'], responder: ['up relay', 'doubtful'] });
    await pair.clock.advance(30_000);
    expect(pair.events).toEqual({
      initiator: ['up relay', 'doubtful', 'lost'],
      responder: ['up relay', 'doubtful', 'lost'],
    });
  });

  it('that was cut is doubtful five seconds after it was measured, whatever the measurement waited for', async () => {
    for (const delay of [0, 700, 12_000, 19_500]) {
      const pair = new PathPairs();
      const first = await pair.connect();
      await pair.clock.advance(60_100 + delay);
      swallow(first.ends.initiator, first.ends.responder);
      const answer = pair.initiator.ping(1800).catch(() => 'none');
      await pair.clock.advance(1800);
      expect(await answer).toBe('none');
      expect(pair.initiator.statistics().silence).toBeGreaterThanOrEqual(1800);
      await pair.clock.advance(3210);
      expect(pair.events.initiator).toEqual(['up relay', 'doubtful']);
    }
  });

  it('is clear again when a late answer comes, and says when it answered last', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    await pair.clock.advance(30_100);
    const before = pair.initiator.statistics().answeredAt ?? 0;
    first.ends.responder.pause();
    pair.initiator.ping(1800).catch(() => undefined);
    await pair.clock.advance(6000);
    expect(pair.initiator.pathState).toBe('doubtful');
    expect(pair.initiator.statistics().answeredAt).toBe(before);
    first.ends.responder.resume();
    await pair.clock.advance(50);
    expect(pair.events.initiator).toEqual(['up relay', 'doubtful', 'clear']);
    expect(pair.initiator.statistics()).toMatchObject({ silence: undefined });
    expect(pair.initiator.statistics().answeredAt).toBeGreaterThan(before + 6000);
    await pair.clock.advance(120_000);
    expect(pair.events.initiator).toEqual(['up relay', 'doubtful', 'clear']);
  });

  it('has its last answer remembered when its session ends, though nobody has asked for it before', async () => {
    const pair = new PathPairs();
    await pair.connect();
    const began = pair.clock.monotonic();
    await pair.clock.advance(30_100);
    const answer = pair.initiator.ping(1800);
    await pair.clock.advance(50);
    await answer;
    void pair.initiator.close('link.idle', 'nothing uses it');
    await pair.clock.advance(1000);
    expect(pair.initiator.statistics().answeredAt).toBeGreaterThan(began + 30_000);
  });

  it('is watched closely from the moment a stream is opened', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    await pair.clock.advance(35_000);
    swallow(first.ends.initiator, first.ends.responder);
    await pair.clock.advance(1000);
    pair.initiator.open('pty', null);
    await pair.clock.advance(5010);
    expect(pair.initiator.pathState).toBe('doubtful');
  });
});

describe('a probe', () => {
  it('is answered by a path that works, and ends one that does not', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const alive = pair.initiator.probe(2000);
    await pair.clock.advance(20);
    expect(await alive).toBe(true);
    swallow(first.ends.initiator);
    const dead = pair.initiator.probe(2000);
    await pair.clock.advance(2000);
    expect(await dead).toBe(false);
    expect([pair.initiator.pathState, pair.events.initiator]).toEqual(['lost', ['up relay', 'lost']]);
    expect(await pair.initiator.probe(2000)).toBe(false);
  });

  it('does not end a slow path that still works through its queue', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.initiator.open('file', null);
    expect(await pair.echoes(stream)).toBe(true);
    const write = first.ends.initiator.write.bind(first.ends.initiator);
    first.ends.initiator.write = (pieces) => {
      pair.clock.setTimer(3000, () => void write(pieces));
      return true;
    };
    stream.write(new Uint8Array(3000)).catch(() => undefined);
    await pair.clock.advance(1500);
    const alive = pair.initiator.probe(2000);
    await pair.clock.advance(2000);
    expect(await alive).toBe(true);
    expect(pair.initiator.pathState).toBe('up');
  });

  it('of a path that was left meanwhile tells of the one in use', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    swallow(first.ends.initiator);
    const probe = pair.initiator.probe(2000);
    const second = await pair.connect('initiator', 'direct');
    await settle();
    expect(await probe).toBe(true);
    expect(second.settled.initiator).toEqual([true]);
    expect(pair.initiator.path).toBe('direct');
  });
});
