import { describe, expect, it } from 'vitest';
import type { Session } from '#shared/link/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { device, know, newIdentity, paired, type Device, type FakeNetwork } from './network.ts';
import { scene } from './scene.ts';

/** Lets handshakes and records run. */
async function run(network: FakeNetwork, milliseconds = 50): Promise<void> {
  for (let round = 0; round < 10; round += 1) await settle();
  await network.clock.advance(milliseconds);
  for (let round = 0; round < 10; round += 1) await settle();
}

function currentId(from: Device, to: Device): string | undefined {
  return from.links.current(to.identity.peerId)?.id;
}

describe('a link', () => {
  it('is dialed once for callers at the same time, and used again afterwards', async () => {
    const { network, lower, higher } = paired();
    const { peerId } = higher.identity;
    const [first, second] = await Promise.all([lower.links.session(peerId), lower.links.session(peerId)]);
    expect(second).toBe(first);
    expect(await lower.links.session(peerId)).toBe(first);
    await run(network);
    expect(network.dials).toBe(1);
    expect(currentId(higher, lower)).toBe(first.id);
    expect([lower.linked, higher.linked]).toEqual([[peerId], [lower.identity.peerId]]);
    expect(lower.links.view(peerId)).toMatchObject({
      path: 'relay',
      address: 'relay.example:7474',
      rtt: first.statistics().rtt,
      state: 'up',
      retryAt: null,
      via: null,
      hops: [],
      why: 'no-address',
      history: [{ path: 'relay', reason: 'first' }],
    });
  });

  it('remembers where the peer was dialed directly the last time, and what came of it', async () => {
    const { network, near, far } = await scene({ direct: true });
    const tried = (): unknown => near.links.lastDirectDial(far.identity.peerId)?.addresses;
    const address = far.direct?.address ?? '';
    await run(network, 5000);
    expect(tried()).toEqual([{ address, outcome: 'worked' }]);
    if (far.direct !== undefined) far.direct.onIncoming = undefined;
    network.cut('direct');
    await run(network);
    near.links.reconnectNow(far.identity.peerId);
    for (let round = 0; round < 8; round += 1) await run(network, 1000);
    expect(tried()).toEqual([{ address, outcome: 'no-answer' }]);
    expect(near.links.lastDirectDial(near.identity.peerId)).toBe(undefined);
  });

  it('brings streams to the other side with the id of who opened them', async () => {
    const { network, lower, higher } = paired();
    const session = await lower.links.session(higher.identity.peerId);
    session.open('pty', { hello: 1 });
    await run(network);
    expect(higher.streams.map(({ stream, peerId }) => [stream.kind, peerId])).toEqual([['pty', lower.identity.peerId]]);
  });

  it('is given up only when the last caller has gone', async () => {
    const { network, lower, higher } = paired();
    let release: () => void = () => undefined;
    network.hold = new Promise((resolve) => {
      release = resolve;
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const first = lower.links.session(higher.identity.peerId, one.signal);
    const second = lower.links.session(higher.identity.peerId, two.signal);
    await settle();
    one.abort();
    expect(await codeOf(() => first)).toBe('link.cancelled');
    expect(lower.port.signal?.aborted).toBe(false);
    two.abort();
    expect(await codeOf(() => second)).toBe('link.cancelled');
    expect(lower.port.signal?.aborted).toBe(true);
    release();
    await run(network);
    expect(lower.links.current(higher.identity.peerId)).toBeUndefined();
    await run(network, 10_000);
    expect(higher.linked).toEqual([]);
  });

  it('is not dialed to strangers, nor by a device that is closing', async () => {
    const { network, lower } = paired();
    const stranger = newIdentity(network.clock);
    expect(await codeOf(() => lower.links.session(stranger.peerId))).toBe('link.unknown-peer');
    await lower.links.close();
    expect(await codeOf(() => lower.links.session(stranger.peerId))).toBe('link.closed');
    expect(network.dials).toBe(0);
  });

  it('stays one when both sides dial at once: that of the lower peer id', async () => {
    const { network, lower, higher } = paired();
    const sessions = await Promise.all([
      lower.links.session(higher.identity.peerId),
      higher.links.session(lower.identity.peerId),
    ]);
    await run(network, 10_000);
    const kept = lower.links.current(higher.identity.peerId);
    expect(kept?.role).toBe('initiator');
    expect(currentId(higher, lower)).toBe(kept?.id);
    const ends = await Promise.all(
      sessions.filter((session) => session.id !== kept?.id).map((session) => session.closed),
    );
    expect(ends.every((end) => end.code === 'link.replaced')).toBe(true);
    expect([lower.linked.length, higher.linked.length, lower.unlinked.length, higher.unlinked.length]).toEqual([
      1, 1, 0, 0,
    ]);
  });

  it('is replaced by a newer one when the other side has lost it', async () => {
    const { network, lower, higher } = paired();
    const old = await lower.links.session(higher.identity.peerId);
    await run(network, 20_000);
    // The higher one starts anew and knows nothing of the session.
    const reborn = device(network, higher.identity);
    know(reborn, lower.identity);
    const fresh = await reborn.links.session(lower.identity.peerId);
    await run(network, 1000);
    expect(currentId(lower, reborn)).toBe(fresh.id);
    expect(fresh.id).not.toBe(old.id);
    expect(lower.unlinked).toEqual([]);
  });

  it('is one of at most eight of a peer, however many streams hold on to the older ones', async () => {
    const { network, lower, higher } = paired();
    const sessions: Session[] = [];
    for (let count = 0; count < 12; count += 1) {
      // The higher one starts anew each time; its earlier selves do not go.
      const again = device(network, higher.identity);
      know(again, lower.identity);
      const session = await again.links.session(lower.identity.peerId);
      session.open('pty', null);
      sessions.push(session);
      await run(network, 20_000);
    }
    expect(lower.streams).toHaveLength(12);
    const ended = await Promise.all(sessions.slice(0, 4).map((session) => session.closed));
    expect(ended.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'link.replaced'));
    expect(sessions.slice(4).every((session) => session.statistics().streamsOpen === 1)).toBe(true);
    expect(currentId(lower, higher)).toBe(sessions.at(-1)?.id);
  });

  it('comes about although the newer certificate cannot be pinned', async () => {
    const { network, lower } = paired();
    const secret = new Uint8Array(32).fill(7);
    const renewed = device(network, newIdentity(network.clock, 2, secret));
    know(renewed, lower.identity);
    know(lower, newIdentity(network.clock, 1, secret));
    lower.failures.certificate = new Error('no space left on the device');
    await renewed.links.session(lower.identity.peerId);
    await run(network);
    expect(lower.linked).toEqual([renewed.identity.peerId]);
  });

  it('that its device cannot take in ends, and nothing else does', async () => {
    const { network, lower, higher } = paired();
    lower.failures.linked = new Error('no space left on the device');
    const session = await higher.links.session(lower.identity.peerId);
    await run(network);
    expect(await session.closed).toMatchObject({ code: 'link.closed', remote: true });
    lower.failures.linked = undefined;
    await higher.links.session(lower.identity.peerId);
    await run(network);
    expect(lower.linked).toEqual([higher.identity.peerId]);
  });

  it('is closed after ten minutes without a stream, and not while one is open', async () => {
    const { network, lower, higher } = paired();
    const session = await lower.links.session(higher.identity.peerId);
    const stream = session.open('pty', null);
    await run(network, 30 * 60_000);
    expect(currentId(lower, higher)).toBe(session.id);
    stream.reset(0);
    await run(network, 9 * 60_000);
    expect(currentId(lower, higher)).toBe(session.id);
    await run(network, 2 * 60_000);
    expect(lower.unlinked.map(({ end }) => end.code)).toEqual(['link.idle']);
    expect(higher.unlinked).toHaveLength(1);
    expect(network.clock.pending).toBe(0);
  });

  it('ends at once when the peer is dropped', async () => {
    const { network, lower, higher } = paired();
    const session = await lower.links.session(higher.identity.peerId);
    await run(network);
    higher.pins.clear();
    const dropping = higher.links.drop(lower.identity.peerId, 'forgotten');
    await run(network, 2000);
    await dropping;
    expect(await session.closed).toMatchObject({ code: 'link.closed', reason: 'forgotten', remote: true });
    expect(await codeOf(() => lower.links.session(higher.identity.peerId))).toBe('relay.refused.refused');
    expect(higher.refused).toEqual([{ from: lower.identity.peerId, code: 'link.unknown-peer' }]);
  });

  it('is not made when the pin goes while it is dialed', async () => {
    const { network, lower, higher } = paired();
    network.tamperMessage2 = (message2) => {
      lower.pins.clear();
      return message2;
    };
    expect(await codeOf(() => lower.links.session(higher.identity.peerId))).toBe('link.cancelled');
  });

  it('reports a newer certificate of the peer', async () => {
    const { network, lower, higher } = paired();
    const secret = new Uint8Array(32).fill(7);
    const renewed = device(network, newIdentity(network.clock, 2, secret));
    know(renewed, lower.identity);
    know(lower, newIdentity(network.clock, 1, secret));
    await renewed.links.session(lower.identity.peerId);
    await run(network);
    expect(lower.certificates).toEqual([2]);
    expect(higher.certificates).toEqual([]);
  });

  it('tells why it was lost', async () => {
    const { network, lower, higher } = paired();
    await lower.links.session(higher.identity.peerId);
    await run(network);
    await higher.links.close();
    await run(network);
    expect(lower.unlinked).toMatchObject([
      { peerId: higher.identity.peerId, end: { code: 'link.closed', remote: true } },
    ]);
  });
});

describe('a hostile relay', () => {
  it('cannot answer for the peer: with another device, with a changed answer, or with none that fits [S-LINK-5]', async () => {
    const { network, lower, higher } = paired();
    const { peerId } = higher.identity;
    network.tamperMessage2 = (message2) => message2.map((byte, index) => (index === 40 ? byte ^ 1 : byte));
    expect(await codeOf(() => lower.links.session(peerId))).toBe('handshake.damaged');
    network.tamperMessage2 = (message2) => message2.subarray(0, message2.length - 1);
    expect(await codeOf(() => lower.links.session(peerId))).toBe('handshake.damaged');
    let other: Uint8Array | undefined;
    network.tamperMessage2 = (message2) => {
      const given = other ?? message2;
      other = message2;
      return given;
    };
    await lower.links.session(peerId);
    await lower.links.drop(peerId, 'again');
    expect(await codeOf(() => lower.links.session(peerId))).toBe('handshake.damaged');
    expect(network.dials).toBe(4);
  });

  it('gets nothing from a device by playing message 1 again', async () => {
    const { network, lower, higher } = paired();
    const session = await lower.links.session(higher.identity.peerId);
    await run(network);
    const [message1 = new Uint8Array(0)] = network.message1s;
    const replay = network.deliver(lower.identity.peerId, higher.identity.peerId, message1);
    expect(await codeOf(() => replay)).toBe('relay.refused.refused');
    expect(higher.refused).toEqual([{ from: lower.identity.peerId, code: 'handshake.replay' }]);
    expect(currentId(higher, lower)).toBe(session.id);
  });

  it('opens and displaces nothing by playing a recorded message 1 to a device that never saw it [S-LINK-4]', async () => {
    const { network, lower, higher } = paired();
    await lower.links.session(higher.identity.peerId);
    const [message1 = new Uint8Array(0)] = network.message1s;
    const reborn = device(network, higher.identity);
    know(reborn, lower.identity);
    const { channel } = await network.deliver(lower.identity.peerId, higher.identity.peerId, message1);
    let heard = 0;
    let closed = 0;
    channel.setHandlers({
      data: (chunk) => {
        heard += chunk.length;
      },
      drain: () => undefined,
      closed: () => {
        closed += 1;
      },
    });
    await run(network, 9000);
    expect([heard, reborn.linked.length, closed]).toEqual([0, 0, 0]);
    await run(network, 1500);
    expect([heard, reborn.linked.length, closed]).toEqual([0, 0, 1]);
  });

  it('cannot pile up unconfirmed sessions [S-LINK-4]', async () => {
    const { network, lower, higher } = paired();
    const dead = new Promise<void>(() => undefined);
    network.hold = dead;
    for (let index = 0; index < 6; index += 1) {
      void lower.links.session(higher.identity.peerId, AbortSignal.abort()).catch(() => undefined);
      const abort = new AbortController();
      lower.links.session(higher.identity.peerId, abort.signal).catch(() => undefined);
      await run(network, 0);
      abort.abort();
    }
    const results = await Promise.allSettled(
      network.message1s.map((message1) => network.deliver(lower.identity.peerId, higher.identity.peerId, message1)),
    );
    expect(results.map((result) => result.status).filter((status) => status === 'fulfilled')).toHaveLength(4);
    expect(network.refusals).toEqual(['busy', 'busy']);
    await run(network, 10_000);
    const again = await Promise.allSettled([
      network.deliver(lower.identity.peerId, higher.identity.peerId, network.message1s[5] ?? new Uint8Array(0)),
    ]);
    expect(again[0]?.status).toBe('fulfilled');
  });

  it('cannot reflect a device to itself, or name another sender [S-LINK-5]', async () => {
    const { network, lower, higher } = paired();
    const third = device(network);
    know(lower, third.identity);
    know(higher, third.identity);
    await lower.links.session(higher.identity.peerId);
    const [message1 = new Uint8Array(0)] = network.message1s;
    const { peerId } = lower.identity;
    expect(await codeOf(() => network.deliver(higher.identity.peerId, peerId, message1))).toBe('relay.refused.refused');
    expect(lower.refused).toEqual([{ from: higher.identity.peerId, code: 'handshake.mac' }]);
    network.message1s.length = 0;
    network.hold = new Promise(() => undefined);
    lower.links.session(third.identity.peerId).catch(() => undefined);
    await run(network, 0);
    know(third, lower.identity);
    know(third, higher.identity);
    const [second = new Uint8Array(0)] = network.message1s;
    expect(await codeOf(() => network.deliver(higher.identity.peerId, third.identity.peerId, second))).toBe(
      'relay.refused.refused',
    );
    expect(third.refused).toEqual([{ from: higher.identity.peerId, code: 'link.wrong-sender' }]);
  });

  type Outcome = Readonly<{ result: string; lost: number }>;

  /** A stream of 40 000 bytes under a relay that does this to the bytes of the caller; `lost` counts the paths that it cost. */
  async function transfer(tamper: (chunk: Uint8Array, index: number) => readonly Uint8Array[]): Promise<Outcome> {
    const { network, lower, higher } = paired();
    let index = 0;
    let armed = false;
    network.tamperBytes = (chunk) => {
      if (!armed) return [chunk.slice()];
      index += 1;
      return tamper(chunk.slice(), index);
    };
    const session = await lower.links.session(higher.identity.peerId);
    await run(network);
    const stream = session.open('file', null);
    await run(network);
    const offered = higher.streams[0]?.stream.accept();
    await run(network);
    armed = true;
    void stream.write(new Uint8Array(40_000).fill(3)).catch(() => undefined);
    const received: number[] = [];
    void (async (): Promise<void> => {
      for (let bytes = await offered?.read(); bytes instanceof Uint8Array; bytes = await offered?.read())
        received.push(...bytes);
    })().catch(() => undefined);
    await run(network);
    stream.end().catch(() => undefined);
    await run(network, 120_000);
    const history = higher.links.view(lower.identity.peerId)?.history ?? [];
    const lost = history.filter(({ path }) => path === null).length;
    if (received.length < 40_000) await run(network, 10 * 60_000);
    expect(received.every((byte) => byte === 3)).toBe(true);
    expect(received.length).toBeLessThanOrEqual(40_000);
    return { result: higher.unlinked[0]?.end.code ?? (received.length === 40_000 ? 'complete' : 'incomplete'), lost };
  }

  it('that is honest lets everything through', async () => {
    expect(await transfer((chunk) => [chunk])).toEqual({ result: 'complete', lost: 0 });
  });

  it.each<[string, (chunk: Uint8Array, index: number) => readonly Uint8Array[]]>([
    [
      'changes a bit of a record',
      (chunk, index) => [index === 2 ? chunk.map((byte, at) => byte ^ Number(at === 10)) : chunk],
    ],
    ['changes a length', (chunk, index) => [index === 1 ? chunk.map((byte, at) => byte ^ Number(at === 1)) : chunk]],
    ['sends a piece twice', (chunk, index) => (index === 2 ? [chunk, chunk] : [chunk])],
    [
      'puts a record of its own in',
      (chunk, index) => (index === 1 ? [Uint8Array.of(0, 20), new Uint8Array(20), chunk] : [chunk]),
    ],
    ['leaves a piece out', (chunk, index) => (index === 2 ? [] : [chunk])],
    ['leaves the first bytes out', (chunk, index) => (index === 1 ? [chunk.subarray(1)] : [chunk])],
  ])('is found when it %s: the path ends, and the session goes on over another [S-LINK-7]', async (_name, tamper) => {
    expect(await transfer(tamper)).toEqual({ result: 'complete', lost: 1 });
  });

  it('that changes the order does no more: what arrives is whole', async () => {
    const records: Uint8Array[] = [];
    const outcome = await transfer((chunk, index) => {
      if (index > 2) return [chunk];
      records.unshift(chunk);
      return index === 2 ? records : [];
    });
    expect(outcome).toMatchObject({ result: 'complete' });
  });

  it('that swallows everything from some point on ends the session in time [S-LINK-7]', async () => {
    expect(await transfer((_chunk, _index) => [])).toEqual({ result: 'link.path-lost', lost: 1 });
  });

  it('that joins the wrong ends is found at both', async () => {
    const { network, lower, higher } = paired();
    const third = device(network);
    const fourth = device(network);
    know(third, fourth.identity);
    know(fourth, third.identity);
    const join = network.join.bind(network);
    // The second connection gets the far end of the first and the other way round.
    const pairs = [join(), join()];
    let next = 0;
    network.join = () => {
      const index = next;
      next += 1;
      const [near] = pairs[index] ?? join();
      const [, far] = pairs[1 - index] ?? join();
      return [near, far];
    };
    const sessions = [
      await lower.links.session(higher.identity.peerId),
      await third.links.session(fourth.identity.peerId),
    ];
    await run(network, 100);
    for (const session of sessions) expect((await session.closed).code).toMatch(/^link\./);
    expect([...higher.linked, ...fourth.linked]).toEqual([]);
  });
});
