import { describe, expect, it } from 'vitest';
import { frameMessage } from '#shared/handshake/index.ts';
import { parseHopStreamParams } from '#agent/links/hops/hop-stream.ts';
import { formatPeerId, type PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, OutgoingStream } from '#shared/link/index.ts';
import { listen } from '#test/support/compliance/channel-ends.ts';
import { newIdentity } from '#test/support/relay-clients.ts';
import { MESSAGE, threeDevices, type ThreeDevices } from './setup.ts';

const signal = new AbortController().signal;
const code = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

function dial(devices: ThreeDevices, to: PeerId = devices.rightId, given = signal) {
  const dialed = devices.left.dial(devices.toHop, to, MESSAGE, given);
  dialed.catch(() => undefined);
  return dialed;
}

describe('a path through a hop', () => {
  it('carries message 1, message 2 and then whatever comes, in both directions', async () => {
    const devices = await threeDevices();
    const dialed = dial(devices);
    await devices.clock.advance(50);
    const [incoming] = devices.incoming;
    expect(incoming).toMatchObject({ kind: 'via', address: devices.hopId, message1: MESSAGE });
    const far = incoming?.accept(Uint8Array.of(1, 2, 3));
    far?.write([Uint8Array.of(9)]);
    await devices.clock.advance(50);
    const { message2, channel } = await dialed;
    expect(Array.from(message2)).toEqual([1, 2, 3]);
    const [atNear, atFar] = [listen(channel), far === undefined ? undefined : listen(far)];
    channel.write([Uint8Array.of(7), Uint8Array.of(8)]);
    await devices.clock.advance(50);
    expect([atNear.bytes, atFar?.bytes]).toEqual([[9], [7, 8]]);
    channel.close();
    await devices.clock.advance(100);
    expect([atNear.closed, atFar?.closed, atNear.error, atFar?.error]).toEqual([1, 1, undefined, undefined]);
    expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
  });

  it('stays for more than a day when nobody says anything', async () => {
    const devices = await threeDevices();
    const { near, far } = await devices.way();
    const [atNear, atFar] = [listen(near), listen(far)];
    await devices.clock.advance(26 * 3600 * 1000);
    near.write([Uint8Array.of(1)]);
    far.write([Uint8Array.of(2)]);
    await devices.clock.advance(100);
    expect([atNear.bytes, atFar.bytes]).toEqual([[2], [1]]);
    near.destroy();
  });

  it('makes a writer wait for a reader that does not read, and holds a bounded amount', async () => {
    const devices = await threeDevices();
    const { near, far } = await devices.way();
    const [atNear, atFar] = [listen(near), { bytes: 0 }];
    far.setHandlers({
      data: (chunk) => void (atFar.bytes += chunk.length),
      drain: () => undefined,
      closed: () => undefined,
    });
    far.pause();
    let written = 0;
    for (let quiet = 0; quiet < 20; quiet += 1) {
      while (near.write([new Uint8Array(100_000)])) {
        written += 100_000;
        quiet = 0;
        await devices.clock.advance(5);
        expect(written).toBeLessThan(8 * 1024 * 1024);
      }
      written += 100_000;
      await devices.clock.advance(50);
    }
    expect(near.bufferedBytes).toBeGreaterThan(0);
    expect(atFar.bytes).toBeLessThan(100_000);
    far.resume();
    await devices.clock.advance(5000);
    expect(atFar.bytes).toBe(written);
    expect(atNear.drains).toBeGreaterThan(0);
    near.destroy();
  });

  it.each([
    ['the hop', (devices: ThreeDevices): void => devices.hop.revoke(devices.leftId)],
    ['the hop, which stops', (devices: ThreeDevices): void => devices.hop.close()],
    ['the target, which stops', (devices: ThreeDevices): void => devices.right.close()],
    ['the link to the hop', (devices: ThreeDevices): void => void devices.atHop.close('test', 'over')],
    ['the link from the hop', (devices: ThreeDevices): void => void devices.toRight.close('test', 'over')],
  ])('ends at both ends, with an error, when %s cuts it', async (_who, cut) => {
    const devices = await threeDevices();
    const { near, far } = await devices.way();
    const [atNear, atFar] = [listen(near), listen(far)];
    cut(devices);
    await devices.clock.advance(2000);
    expect([atNear.closed, atFar.closed]).toEqual([1, 1]);
    for (const { error } of [atNear, atFar]) expect(error).toMatchObject({ code: 'link.path-lost' });
    expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
  });

  it('does not end for others when one peer loses its right', async () => {
    const devices = await threeDevices();
    const { near, far } = await devices.way();
    const [atNear, atFar] = [listen(near), listen(far)];
    devices.hop.revoke(devices.rightId);
    near.write([Uint8Array.of(1)]);
    await devices.clock.advance(100);
    expect([atNear.closed, atFar.bytes]).toEqual([0, [1]]);
    near.destroy();
  });
});

describe('who dials through another peer', () => {
  it.each([
    ['rights.denied', 'via.refused'],
    ['link.kind', 'via.refused'],
    ['via.busy', 'via.busy'],
    ['via.unreachable', 'via.unreachable'],
    ['constructor', 'via.refused'],
  ])('hears why it may not: %s', async (said, heard) => {
    const devices = await threeDevices();
    devices.atHop.onStream = (stream) => stream.refuse(said, 'not you');
    expect(await code(devices.within(dial(devices)))).toBe(heard);
    expect(devices.open()).toBe(0);
  });

  it('gives up when nothing comes back, and leaves nothing behind', async () => {
    const devices = await threeDevices();
    devices.atHop.onStream = () => undefined;
    const dialed = dial(devices);
    await devices.clock.advance(14_900);
    expect(devices.toHop.statistics().streamsOpen).toBe(1);
    expect(await code(devices.within(dialed))).toBe('via.no-answer');
    expect(devices.open()).toBe(0);
  });

  it('waits longer while a person is asked, and says so', async () => {
    const devices = await threeDevices();
    const offers: IncomingStream[] = [];
    devices.atHop.onStream = (stream) => {
      stream.wait('approval');
      offers.push(stream);
    };
    const words: string[] = [];
    const dialed = devices.left.dial(devices.toHop, devices.rightId, MESSAGE, signal, {
      onWaiting: (word) => void words.push(word),
    });
    await devices.clock.advance(100_000);
    expect(words).toEqual(['approval']);
    for (const stream of offers) void devices.hop.passOn(stream, devices.leftId);
    await devices.clock.advance(100);
    devices.incoming[0]?.accept(Uint8Array.of(5));
    const { message2, channel } = await devices.within(dialed);
    expect(Array.from(message2)).toEqual([5]);
    channel.destroy();
  });

  it('stops at once when it is aborted, and all three devices drop its streams', async () => {
    const devices = await threeDevices();
    const controller = new AbortController();
    const dialed = dial(devices, devices.rightId, controller.signal);
    await devices.clock.advance(50);
    expect(devices.hop.passedOn).toBe(1);
    controller.abort();
    expect(await code(devices.within(dialed))).toBe('via.aborted');
    expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
    expect(await code(dial(devices, devices.rightId, controller.signal))).toBe('via.aborted');
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a length of zero', Uint8Array.of(0, 0)],
    ['a length above the limit', Uint8Array.of(9, 0, 1)],
    ['half of message 2', Uint8Array.of(0, 9, 1)],
  ])('takes %s and an end for no answer', async (_what, bytes) => {
    const devices = await threeDevices();
    devices.atHop.onStream = (offer) => {
      const stream = offer.accept();
      void stream.write(bytes);
      void stream.end();
    };
    expect(await code(devices.within(dial(devices)))).toBe('via.no-answer');
    expect(devices.toHop.statistics().streamsOpen).toBe(0);
  });

  it('fails when the link to the hop ends', async () => {
    const devices = await threeDevices();
    devices.atHop.onStream = () => undefined;
    const dialed = dial(devices);
    await devices.clock.advance(50);
    void devices.atHop.close('test', 'over');
    expect(await code(devices.within(dialed))).toBe('via.no-answer');
  });
});

describe('a hop', () => {
  it('leads neither to itself nor back', async () => {
    const devices = await threeDevices();
    for (const to of [devices.hopId, devices.leftId])
      expect(await code(devices.within(dial(devices, to)))).toBe('via.self');
    expect(devices.hop.passedOn).toBe(0);
  });

  it.each([
    ['nothing', null],
    ['no target', {}],
    ['an origin', { from: newIdentity().peerId }],
    ['a name', { to: 'desktop' }],
    ['an id for people', { to: formatPeerId(newIdentity().peerId) }],
    ['more than it should', { to: newIdentity().peerId, port: 22 }],
    ['both', { to: newIdentity().peerId, from: newIdentity().peerId }],
  ])('refuses params that name %s', async (_what, params) => {
    const devices = await threeDevices();
    const stream = devices.toHop.open('relay', params);
    const opened = code(stream.opened);
    await devices.clock.advance(100);
    expect(await opened).toBe('link.refused');
    expect(devices.open()).toBe(0);
  });

  it('says the same of a peer that it does not know, that is away, and that does not take it [S-LINK-14]', async () => {
    const unknown = await threeDevices(() => Promise.reject(new Error('not paired, and here is a secret')));
    const away = await threeDevices(() => new Promise(() => undefined));
    const refusing = await threeDevices();
    refusing.atRight.onStream = (stream) => stream.refuse('via.busy', 'too many');
    const silent = await threeDevices();
    silent.atRight.onStream = () => undefined;
    for (const devices of [unknown, away, refusing, silent]) {
      const stream = devices.toHop.open('relay', { to: devices.rightId });
      const opened = stream.opened.catch((error: unknown) => error);
      await devices.clock.advance(11_000);
      expect(await opened).toMatchObject({
        code: 'link.refused',
        details: { code: 'via.unreachable', message: 'the peer cannot be reached' },
      });
      expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
    }
  });

  it('passes on eight streams of one opener, and another when one has ended [S-LINK-14]', async () => {
    const devices = await threeDevices();
    devices.right.onIncoming = undefined;
    devices.atRight.onStream = (stream) => void stream.accept();
    const ways = Array.from({ length: 8 }, () => devices.toHop.open('relay', { to: devices.rightId }));
    await devices.clock.advance(100);
    expect(devices.hop.passedOn).toBe(8);
    expect(await code(devices.within(dial(devices)))).toBe('via.busy');
    ways[3]?.reset(0);
    await devices.clock.advance(100);
    expect(devices.hop.passedOn).toBe(7);
    const ninth = devices.toHop.open('relay', { to: devices.rightId });
    await devices.clock.advance(100);
    expect(await ninth.opened).toBeNull();
    for (const way of [...ways, ninth]) way.reset(0);
    await devices.clock.advance(100);
    expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
  });

  it('passes on thirty-two streams in all', async () => {
    const devices = await threeDevices();
    devices.atRight.onStream = (stream) => void stream.accept();
    const openers = Array.from({ length: 5 }, () => newIdentity().peerId);
    let turn = 0;
    devices.atHop.onStream = (stream) => {
      void devices.hop.passOn(stream, openers[Math.floor(turn / 8)] ?? devices.leftId);
      turn += 1;
    };
    const ways: OutgoingStream[] = [];
    for (let count = 0; count < 33; count += 1) {
      ways.push(devices.toHop.open('relay', { to: devices.rightId }));
      await devices.clock.advance(20);
    }
    expect(devices.hop.passedOn).toBe(32);
    const last = ways.at(-1)?.opened.catch((error: unknown) => error);
    expect(await last).toMatchObject({ details: { code: 'via.busy' } });
    for (const way of ways) way.reset(0);
    await devices.clock.advance(100);
    expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
  });

  it('passes an end on, while the other direction goes on', async () => {
    const devices = await threeDevices();
    const near = devices.toHop.open('relay', { to: devices.rightId });
    const accepted = new Promise<ReturnType<IncomingStream['accept']>>((resolve) => {
      devices.atRight.onStream = (stream) => resolve(stream.accept());
    });
    await devices.clock.advance(50);
    const far = await accepted;
    void near.write(Uint8Array.of(1, 2));
    void near.end();
    await devices.clock.advance(50);
    expect(Array.from((await far.read()) ?? [])).toEqual([1, 2]);
    expect(await far.read()).toBeNull();
    await devices.clock.advance(3600_000);
    void far.write(Uint8Array.of(3));
    await devices.clock.advance(50);
    expect(Array.from((await near.read()) ?? [])).toEqual([3]);
    void far.end();
    await devices.clock.advance(50);
    expect(await near.read()).toBeNull();
    await devices.clock.advance(50);
    expect([devices.open(), devices.hop.passedOn]).toEqual([0, 0]);
  });
});

describe('the destination of a path through a hop', () => {
  /** A hop peer that sends what it likes. */
  async function hostile(bytes: Uint8Array, end = false) {
    const devices = await threeDevices();
    const stream = devices.toRight.open('relay', { from: devices.leftId });
    stream.write(bytes).catch(() => undefined);
    if (end) stream.end().catch(() => undefined);
    const answer = stream.read().then(
      (read) => (read === null ? 'end' : 'bytes'),
      () => 'reset',
    );
    await devices.clock.advance(4900);
    return { devices, stream, answer };
  }

  it.each([
    ['nothing', new Uint8Array(0), false],
    ['a length of zero', Uint8Array.of(0, 0, 1), false],
    ['a web request', Uint8Array.from(Buffer.from('GET / HTTP/1.1\r\n\r\n')), false],
    ['half a message', Uint8Array.of(0, 9, 1), false],
    ['half a message and an end', Uint8Array.of(0, 9, 1), true],
  ])('is silent after %s, and ends it when its time is over [S-LINK-14]', async (_what, bytes, end) => {
    const { devices, stream, answer } = await hostile(bytes, end);
    expect(devices.incoming).toHaveLength(0);
    expect(devices.atRight.statistics().streamsOpen).toBe(1);
    await devices.clock.advance(200);
    expect(await answer).toBe('reset');
    stream.reset(0);
    await devices.clock.advance(100);
    expect(devices.open()).toBe(0);
  });

  it('is silent when nobody lets a message in, and when it was accepted too late', async () => {
    const { devices, answer } = await hostile(frameMessage(MESSAGE));
    expect(devices.incoming).toHaveLength(1);
    devices.incoming[0]?.drop();
    await devices.clock.advance(200);
    expect(await answer).toBe('reset');
    const channel = devices.incoming[0]?.accept(Uint8Array.of(1));
    const heard = channel === undefined ? undefined : listen(channel);
    await devices.clock.advance(100);
    expect(heard?.closed).toBe(1);
    expect(devices.open()).toBe(0);
  });

  it('takes eight streams of one hop at a time', async () => {
    const devices = await threeDevices();
    const ways = Array.from({ length: 9 }, () => devices.toRight.open('relay', { from: devices.leftId }));
    const outcomes = ways.map((way) => code(way.opened));
    await devices.clock.advance(100);
    expect(await outcomes[8]).toBe('link.refused');
    expect(devices.atRight.statistics().streamsOpen).toBe(8);
    await devices.clock.advance(5000);
    const again = devices.toRight.open('relay', { from: devices.leftId });
    await devices.clock.advance(100);
    expect(await again.opened).toBeNull();
  });

  it('takes no other params', async () => {
    const devices = await threeDevices();
    const stream = devices.toRight.open('relay', { to: devices.leftId });
    const opened = code(stream.opened);
    await devices.clock.advance(100);
    expect(await opened).toBe('link.refused');
  });
});

describe('params of a relay stream', () => {
  it('name one peer, in canonical form', () => {
    const { peerId } = newIdentity();
    expect(parseHopStreamParams({ to: peerId })).toEqual({ to: peerId });
    expect(parseHopStreamParams({ from: peerId })).toEqual({ from: peerId });
    for (const params of [{ to: peerId.toLowerCase() }, { to: `${peerId} ` }, { to: 1 }, [], 'x', undefined])
      expect(() => parseHopStreamParams(params)).toThrow(expect.objectContaining({ code: 'via.params' }));
  });
});
