import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import { startHandshake, type StartedHandshake } from '#shared/handshake/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import type { ByteChannel, LinkSession } from '#shared/link/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { device, know, type Device, type FakeNetwork } from './network.ts';
import { exchange, run, scene, type Scene } from './scene.ts';

/** The session is what it was, over the path it had, and carries bytes both ways. */
async function expectUntouched(live: Scene, paths: readonly (string | null)[] = ['relay']): Promise<void> {
  expect(await exchange(live, 1)).toEqual([1, 2]);
  const { near, far, id } = live;
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    expect(from.links.current(to.identity.peerId)?.id).toBe(id);
    expect(from.links.view(to.identity.peerId)?.history.map(({ path }) => path)).toEqual(paths);
    expect(from.unlinked).toEqual([]);
  }
}

/** A try to go on with a session, by whoever holds these keys. */
async function resume(
  holder: DeviceIdentity,
  target: Device,
  id: string,
  network: FakeNetwork,
): Promise<StartedHandshake> {
  const { peerId, signingKey, staticKey, generation } = target.identity;
  return await startHandshake({
    crypto: nativeBackend,
    identity: holder,
    peer: { peerId, signingKey, staticKey: staticKey.publicKey, generation },
    sessionId: fromHex(id),
    purpose: 'resume',
    path: 'relay',
    now: network.clock.now() / 1000,
  });
}

function listen(channel: ByteChannel): { heard: number; closed: number } {
  const seen = { heard: 0, closed: 0 };
  channel.setHandlers({
    data: (chunk) => {
      seen.heard += chunk.length;
    },
    drain: () => undefined,
    closed: () => {
      seen.closed += 1;
    },
  });
  return seen;
}

describe('a session', () => {
  it('of another peer does not exist for a paired one, whatever it knows of it [S-LINK-9]', async () => {
    const it = await scene();
    const third = device(it.network);
    know(third, it.far.identity);
    know(it.far, third.identity);
    const handshake = await resume(third.identity, it.far, it.id, it.network);
    const { message2 } = await it.network.deliver(third.identity.peerId, it.far.identity.peerId, handshake.message1);
    expect(await codeOf(() => handshake.finish(message2))).toBe('handshake.unknown-session');
    await expectUntouched(it);
  });

  it('is not joined with a stolen static key: the handshake is answered, nothing else is [S-LINK-9]', async () => {
    const it = await scene();
    const { near, far, network } = it;
    for (const record of [new Uint8Array(40), new Uint8Array(0)]) {
      // The thief is the peer as far as anybody can tell.
      const handshake = await resume(near.identity, far, it.id, network);
      const { message2, channel } = await network.deliver(
        near.identity.peerId,
        far.identity.peerId,
        handshake.message1,
      );
      const established = await handshake.finish(message2);
      const seen = listen(channel);
      if (record.length > 0) {
        const sealed = established.send.seal(record);
        const length = sealed.reduce((sum, piece) => sum + piece.length, 0);
        channel.write([Uint8Array.of(length >> 8, length & 0xff), ...sealed]);
      }
      await run(network, 11_000);
      expect(seen).toEqual({ heard: 0, closed: 1 });
      await expectUntouched(it);
    }
  });

  it('does not notice a flood of tries to go on with it, and four of a peer are looked at, at a time [S-LINK-9]', async () => {
    const it = await scene();
    const { near, far, network } = it;
    const flood = async (): Promise<number> => {
      const tries = Array.from({ length: 12 }, async () => {
        const { message1 } = await resume(near.identity, far, it.id, network);
        return await network.deliver(near.identity.peerId, far.identity.peerId, message1);
      });
      const results = await Promise.allSettled(tries);
      return results.filter(({ status }) => status === 'fulfilled').length;
    };
    expect(await flood()).toBe(4);
    await expectUntouched(it);
    await run(network, 5000);
    // The session itself keeps two that have not proved themselves; the others made room.
    expect(await flood()).toBeLessThanOrEqual(2);
    await run(network, 11_000);
    expect(await flood()).toBe(4);
    await expectUntouched(it);
  });

  it('does not notice its own first message of a path, played again [S-LINK-9]', async () => {
    const it = await scene();
    const { near, far, network } = it;
    network.cut('relay');
    await run(network, 100);
    for (const message1 of network.message1s) {
      const replay = network.deliver(near.identity.peerId, far.identity.peerId, message1);
      expect(await codeOf(() => replay)).toBe('relay.refused.refused');
    }
    expect(far.refused.map(({ code }) => code)).toEqual(['handshake.replay', 'handshake.replay']);
    await expectUntouched(it, ['relay', null, 'relay']);
  });

  it('is not ended by a relay that answers for the peer, refuses, or says nothing: it waits until one is honest [S-LINK-8]', async () => {
    const it = await scene();
    const { near, far, network } = it;
    network.tamperMessage2 = (message2) => message2.map((byte, index) => (index === 60 ? byte ^ 1 : byte));
    network.cut('relay');
    await run(network, 30_000);
    expect(near.links.view(far.identity.peerId)).toMatchObject({ state: 'reconnecting' });
    network.tamperMessage2 = (message2) => message2;
    const { onIncoming } = far.port;
    far.port.onIncoming = (incoming) => incoming.refuse('refused');
    near.port.onIncoming = (incoming) => incoming.refuse('refused');
    await run(network, 30_000);
    expect([near.unlinked, far.unlinked]).toEqual([[], []]);
    far.port.onIncoming = onIncoming;
    await run(network, 10_000);
    await expectUntouched(it, ['relay', null, 'relay']);
  });
});

describe('a path', () => {
  it('over the relay is not forced on a device whose person wants direct ones only [S-LINK-8]', async () => {
    const it = await scene({ direct: true });
    const { near, far, network } = it;
    near.routes.set(far.identity.peerId, { mode: 'direct-only', hops: [], addresses: [far.direct?.address ?? ''] });
    near.links.routeChanged(far.identity.peerId);
    const handshake = await resume(far.identity, near, it.id, network);
    const knock = network.deliver(far.identity.peerId, near.identity.peerId, handshake.message1);
    expect(await codeOf(() => knock)).toBe('relay.refused.refused');
    expect(near.refused).toEqual([{ from: far.identity.peerId, code: 'link.mode' }]);
    await expectUntouched(it, ['relay', 'direct']);
  });

  it('of a better kind is not given up for one that the other side, or a relay, would like more [S-LINK-8]', async () => {
    const it = await scene({ direct: true });
    const { near, far, network } = it;
    far.routes.set(near.identity.peerId, { mode: 'auto', hops: [], addresses: [] });
    const dials = network.dials;
    const handshake = await resume(far.identity, near, it.id, network);
    const { message2 } = await network.deliver(far.identity.peerId, near.identity.peerId, handshake.message1);
    await handshake.finish(message2);
    await run(network, 11_000);
    await expectUntouched(it, ['relay', 'direct']);
    expect(network.dials).toBe(dials);
  });

  it('to an address that a peer names is tried at sixteen addresses a minute, none of them a place of its own choosing [S-LINK-11]', async () => {
    const it = await scene({ direct: true });
    const { near, far, network } = it;
    const session = far.links.current(near.identity.peerId) as LinkSession;
    network.cut('direct');
    await run(network, 200);
    near.routes.clear();
    for (const { direct } of [near, far]) if (direct !== undefined) direct.onIncoming = undefined;
    if (near.direct !== undefined) near.direct.dialed.length = 0;
    const wicked = [
      '127.0.0.1:22',
      '[::1]:22',
      '169.254.169.254:80',
      '224.0.0.1:9',
      'localhost:22',
      '0.0.0.0:1',
      '10.0.0.9:0',
    ];
    for (let round = 0; round < 50; round += 1) {
      const others = Array.from({ length: 9 }, (_, index) => `10.1.${round}.${index + 1}:${1 + index}`);
      session.sendCandidates([...wicked, ...others]);
      await run(network, 1000);
    }
    const dialed = near.direct?.dialed ?? [];
    expect(dialed.length).toBeGreaterThan(0);
    expect(dialed.length).toBeLessThanOrEqual(16);
    expect(dialed.every((address) => address.startsWith('10.1.'))).toBe(true);
    expect(far.unlinked).toEqual([]);
  });
});
