import { describe, expect, it } from 'vitest';
import { createSession } from '#shared/link/index.ts';
import { caught, readAll } from '#test/support/compliance/session.ts';
import { settle } from '#test/support/fake-clock.ts';
import { SESSION_ID } from '#test/support/link.ts';
import { PathPairs, swallow } from './path-pairs.ts';
import type { Name } from './path-pairs.ts';

describe('a path in the place of one that works', () => {
  it('is used when the other side has answered on it, and both go on without a loss', async () => {
    const { pair, first, stream } = await PathPairs.working();
    const second = await pair.connect('initiator', 'direct');
    expect([pair.initiator.path, pair.responder.path]).toEqual(['direct', 'direct']);
    expect(await pair.echoes(stream)).toBe(true);
    expect(pair.events).toEqual({ initiator: ['up relay', 'up direct'], responder: ['up relay', 'up direct'] });
    expect([first.settled, second.settled]).toEqual([
      { initiator: [true], responder: [true] },
      { initiator: [true], responder: [true] },
    ]);
    expect(pair.initiator.statistics().pathsRemembered).toBe(0);
    expect(pair.responder.statistics().pathsRemembered).toBe(0);
  });

  it('answers a ping that the path before it has not answered yet', async () => {
    const { pair, first } = await PathPairs.working();
    const resume = swallow(first.ends.initiator, first.ends.responder);
    const asked = pair.initiator.ping(1000);
    await pair.clock.advance(10);
    resume();
    const second = pair.make();
    pair.attach(second, 'responder', 'initiator', 'direct');
    pair.attach(second, 'initiator', 'initiator', 'direct');
    await pair.clock.advance(200);
    expect(pair.initiator.path).toBe('direct');
    expect(await asked).toBe(10);
  });

  it('that leads nowhere disturbs nothing, and is given up after ten seconds', async () => {
    const pair = new PathPairs();
    await pair.connect();
    const stream = pair.initiator.open('rpc', null);
    const nowhere = pair.make();
    pair.attach(nowhere, 'initiator', 'initiator', 'direct');
    expect(await pair.echoes(stream)).toBe(true);
    await pair.clock.advance(9900);
    expect(nowhere.settled.initiator).toEqual([false]);
    expect(pair.initiator.path).toBe('relay');
    expect(pair.events.initiator).toEqual(['up relay']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('takes over at once when the one in use is lost meanwhile', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.initiator.open('rpc', null);
    const second = pair.make();
    pair.attach(second, 'initiator', 'initiator', 'direct');
    first.ends.initiator.destroy();
    await settle();
    expect(pair.initiator.path).toBe('direct');
    expect(pair.initiator.pathState).toBe('doubtful');
    pair.attach(second, 'responder', 'initiator', 'direct');
    await pair.clock.advance(60);
    expect([pair.initiator.pathState, pair.responder.pathState]).toEqual(['up', 'up']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('that is overtaken by a later one is dropped, and the session goes on', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.initiator.open('rpc', null);
    await pair.clock.advance(50);
    first.ends.initiator.destroy();
    await pair.clock.advance(50);
    const [late, early] = [pair.make(), pair.make()];
    // The first is lost to the initiator while its first record is on its way.
    pair.attach(late, 'initiator', 'initiator');
    const [held, hold] = [[] as (readonly Uint8Array[])[], late.ends.initiator];
    late.ends.responder.setHandlers({
      data: (chunk) => held.push([chunk.slice()]),
      drain: () => undefined,
      closed: () => undefined,
    });
    await pair.clock.advance(6);
    hold.destroy();
    await settle();
    const later = await pair.connect();
    expect(later.settled).toEqual({ initiator: [true], responder: [true] });
    pair.attach(early, 'responder', 'initiator');
    for (const pieces of held) early.ends.initiator.write(pieces);
    await pair.clock.advance(60);
    expect(held).not.toEqual([]);
    expect(early.settled.responder).toEqual([false]);
    expect(pair.responder.pathState).toBe('up');
    expect(await pair.echoes(stream)).toBe(true);
  });
});

describe('a path that the responder dialed', () => {
  it.each([true, false])('is looked at by the initiator when its own works: %s', async (accepted) => {
    const pair = new PathPairs();
    await pair.connect();
    const stream = pair.responder.open('rpc', null);
    const asked: string[] = [];
    pair.initiator.acceptOffer = ({ kind }) => {
      asked.push(kind);
      return accepted;
    };
    const offered = await pair.connect('responder', 'direct');
    expect(asked).toEqual(['direct']);
    expect(offered.settled).toEqual({ initiator: [accepted], responder: [accepted] });
    expect([pair.initiator.path, pair.responder.path]).toEqual(accepted ? ['direct', 'direct'] : ['relay', 'relay']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('is refused when nobody looks, or the look fails', async () => {
    const pair = new PathPairs();
    await pair.connect();
    expect((await pair.connect('responder')).settled.responder).toEqual([false]);
    pair.initiator.acceptOffer = () => {
      throw new Error('broken');
    };
    expect((await pair.connect('responder')).settled.responder).toEqual([false]);
    expect(pair.initiator.pathState).toBe('up');
  });

  it('is used unasked when it says that the other one is gone, which the initiator did not know', async () => {
    const { pair, first, stream } = await PathPairs.working();
    swallow(first.ends.initiator, first.ends.responder);
    // Only the responder hears of the loss.
    first.ends.responder.destroy = () => undefined;
    await lose(pair, 'responder');
    expect([pair.initiator.pathState, pair.responder.pathState]).toEqual(['up', 'lost']);
    await pair.connect('responder', 'via');
    expect([pair.initiator.path, pair.responder.path]).toEqual(['via', 'via']);
    expect(pair.events.initiator).toEqual(['up relay', 'lost', 'up via']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('is used unasked when the one in use is doubtful', async () => {
    const { pair, first, stream } = await PathPairs.working();
    swallow(first.ends.initiator, first.ends.responder);
    await pair.clock.advance(6600);
    expect([pair.initiator.pathState, pair.responder.pathState]).toEqual(['doubtful', 'doubtful']);
    await pair.connect('responder', 'direct');
    expect(pair.initiator.path).toBe('direct');
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('waits while the initiator finds out about its own, and comes into use when that fails', async () => {
    const { pair, first, stream } = await PathPairs.working();
    first.ends.initiator.destroy();
    await pair.clock.advance(20);
    const own = pair.make();
    pair.attach(own, 'initiator', 'initiator', 'relay');
    const offered = await pair.connect('responder', 'via');
    expect(offered.settled).toEqual({ initiator: [], responder: [] });
    own.ends.initiator.destroy();
    await pair.clock.advance(60);
    expect([pair.initiator.path, pair.responder.path]).toEqual(['via', 'via']);
    expect(await pair.echoes(stream)).toBe(true);
  });

  it('says nothing but what the initiator must know before it is in use', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.responder.open('rpc', 'secret words');
    first.ends.responder.destroy();
    await pair.clock.advance(20);
    const offered = pair.make();
    const written: Uint8Array[] = [];
    const write = offered.ends.responder.write.bind(offered.ends.responder);
    offered.ends.responder.write = (pieces) => {
      written.push(...pieces.map((piece) => piece.slice()));
      return write(pieces);
    };
    pair.attach(offered, 'responder', 'responder');
    await stream.write(new Uint8Array(500));
    await pair.clock.advance(5000);
    const bytes = written.reduce((sum, piece) => sum + piece.length, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(30);
  });
});

describe('two sides that dial at once', () => {
  const attachments: readonly (readonly [path: 0 | 1, end: Name])[] = [
    [0, 'initiator'],
    [0, 'responder'],
    [1, 'initiator'],
    [1, 'responder'],
  ];
  const orders = permutations(attachments);

  it.each([0, 3, 12])(`agree on one path in each of ${orders.length} orders, %i ms apart`, async (pause) => {
    for (const order of orders) {
      const { pair, first, stream } = await PathPairs.working();
      first.ends.initiator.destroy();
      await pair.clock.advance(20);
      const made = [pair.make(), pair.make()] as const;
      for (const [path, end] of order) {
        pair.attach(made[path], end, path === 0 ? 'initiator' : 'responder', path === 0 ? 'relay' : 'direct');
        await pair.clock.advance(pause);
      }
      await pair.clock.advance(100);
      expect([pair.initiator.pathState, pair.responder.pathState]).toEqual(['up', 'up']);
      expect(pair.initiator.path).toBe(pair.responder.path);
      expect(await pair.echoes(stream)).toBe(true);
      expect(pair.initiator.statistics().pathsRemembered).toBe(0);
    }
  });
});

describe('a session that waits for a path', () => {
  it('does so for ten minutes with a stream, at both ends, and goes on where it was', async () => {
    const { pair, first, stream } = await PathPairs.working();
    first.ends.responder.destroy();
    await pair.clock.advance(599_000);
    expect(pair.events).toEqual({ initiator: ['up relay', 'lost'], responder: ['up relay', 'lost'] });
    const second = await pair.connect();
    expect(await pair.echoes(stream)).toBe(true);
    second.ends.responder.destroy();
    await pair.clock.advance(600_100);
    expect(await pair.initiator.closed).toMatchObject({ code: 'link.path-lost', remote: false });
    expect(await pair.responder.closed).toMatchObject({ code: 'link.path-lost', remote: false });
    expect(await stream.closed).toMatchObject({ code: 'link.path-lost' });
    expect(pair.clock.pending).toBe(0);
  });

  it('does so for half a minute without one', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    first.ends.responder.destroy();
    await pair.clock.advance(29_000);
    expect([pair.initiator.pathState, pair.clock.pending]).toEqual(['lost', 2]);
    await pair.clock.advance(1001);
    expect(await pair.initiator.closed).toMatchObject({ code: 'link.path-lost' });
    expect(await pair.responder.closed).toMatchObject({ code: 'link.path-lost' });
    expect(pair.clock.pending).toBe(0);
  });

  it('does so for ten minutes where a stream is opened meanwhile', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    first.ends.responder.destroy();
    await pair.clock.advance(20_000);
    const stream = pair.initiator.open('rpc', null);
    await pair.clock.advance(10_001);
    expect(await pair.responder.closed).toMatchObject({ code: 'link.path-lost' });
    await pair.clock.advance(569_000);
    expect(pair.initiator.statistics().streamsOpen).toBe(1);
    await pair.clock.advance(1000);
    expect(await stream.closed).toMatchObject({ code: 'link.path-lost' });
    expect(pair.clock.pending).toBe(0);
  });

  it('is not prolonged by paths on which nobody answers', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    pair.initiator.open('rpc', null);
    await pair.clock.advance(50);
    first.ends.initiator.destroy();
    for (let minute = 0; minute < 10; minute += 1) {
      const nowhere = pair.make();
      pair.attach(nowhere, 'initiator', 'initiator');
      await pair.clock.advance(60_000);
      expect(nowhere.settled.initiator).toEqual([false]);
    }
    await pair.clock.advance(100);
    expect(await pair.initiator.closed).toMatchObject({ code: 'link.path-lost' });
    expect(new Set(pair.events.initiator)).toEqual(new Set(['up relay', 'lost', 'doubtful']));
    expect(pair.events.initiator.filter((event) => event === 'lost')).toHaveLength(11);
  });

  it('ends at once when it is closed, and takes no path afterwards', async () => {
    const pair = new PathPairs();
    const first = await pair.connect();
    const stream = pair.initiator.open('rpc', null);
    await pair.clock.advance(50);
    first.ends.initiator.destroy();
    await settle();
    await pair.initiator.close('user', 'enough');
    expect(await stream.closed).toMatchObject({ code: 'link.closed' });
    const late = pair.make();
    pair.attach(late, 'initiator', 'initiator');
    expect(late.settled.initiator).toEqual([false]);
  });

  it('is not for a session whose first path never answered', async () => {
    const pair = new PathPairs();
    const nowhere = pair.make();
    pair.attach(nowhere, 'initiator', 'initiator');
    const stream = pair.initiator.open('rpc', null);
    const reading = caught(readAll(stream));
    nowhere.ends.responder.destroy();
    await settle();
    expect(await pair.initiator.closed).toMatchObject({ code: 'link.path-lost' });
    expect(await reading).toMatchObject({ code: 'link.path-lost' });
    expect(pair.clock.pending).toBe(0);
  });

  it('takes a second first path when the first one fails', async () => {
    const pair = new PathPairs();
    const [nowhere, good] = [pair.make(), pair.make()];
    pair.attach(nowhere, 'initiator', 'initiator');
    pair.attach(good, 'initiator', 'initiator');
    pair.attach(good, 'responder', 'initiator');
    nowhere.ends.responder.destroy();
    await pair.clock.advance(60);
    expect([pair.initiator.pathState, pair.responder.pathState]).toEqual(['up', 'up']);
  });
});

describe('candidates', () => {
  it('reach the other side, the newest list even when the path breaks under it', async () => {
    const pair = new PathPairs();
    const heard: (readonly string[])[] = [];
    pair.responder.onCandidates = (addresses) => heard.push(addresses);
    const first = await pair.connect();
    pair.initiator.sendCandidates(['192.168.1.5:7473', '[fd00::5]:7473']);
    await pair.clock.advance(50);
    expect(heard).toEqual([['192.168.1.5:7473', '[fd00::5]:7473']]);
    swallow(first.ends.initiator);
    pair.initiator.sendCandidates(['10.0.0.1:1']);
    pair.initiator.sendCandidates(['10.0.0.2:2']);
    await pair.clock.advance(50);
    await lose(pair, 'initiator');
    await pair.connect();
    expect(heard.slice(1)).toEqual([['10.0.0.2:2']]);
  });

  it('are refused here when they are too many or no printable words, and left out when they come so', async () => {
    const pair = new PathPairs();
    const heard: (readonly string[])[] = [];
    await pair.connect();
    for (const wrong of [Array.from({ length: 17 }, () => 'a:1'), [''], ['x'.repeat(81)], ['a b'], ['ä:1'], ['a\n']])
      expect(() => pair.initiator.sendCandidates(wrong)).toThrow(RangeError);
    pair.responder.onCandidates = (addresses) => {
      heard.push(addresses);
      throw new Error('a failure of whoever listens');
    };
    pair.initiator.sendCandidates(['a:1']);
    await pair.clock.advance(50);
    expect(heard).toEqual([['a:1']]);
    expect(pair.responder.pathState).toBe('up');
  });
});

describe('the news of paths', () => {
  it('do no harm to the session when whoever hears them fails', async () => {
    const pair = new PathPairs();
    pair.initiator.onPath = () => {
      throw new Error('a failure of whoever listens');
    };
    await pair.connect();
    expect(pair.initiator.pathState).toBe('up');
  });

  it('are none for a session that has no path yet', () => {
    const session = createSession({ role: 'responder', id: SESSION_ID, clock: new PathPairs().clock });
    expect([session.path, session.pathState]).toEqual([undefined, 'lost']);
  });
});

/** One side finds that its path has gone, the other does not. */
async function lose(pair: PathPairs, name: Name): Promise<void> {
  const answer = pair[name].probe(50);
  await pair.clock.advance(60);
  expect(await answer).toBe(false);
}

function permutations<Item>(items: readonly Item[]): (readonly Item[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}
