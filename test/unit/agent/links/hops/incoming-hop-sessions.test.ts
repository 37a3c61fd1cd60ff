import { describe, expect, it } from 'vitest';
import { createStreamChannel } from '#agent/links/hops/stream-channel.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { startHandshake, frameMessage } from '#shared/handshake/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { createSession, type LinkSession, type LinkStream, type OutgoingStream } from '#shared/link/index.ts';
import { device, FakeNetwork, type Device } from '../network.ts';
import { know3, run } from '../three.ts';

type Scene = Readonly<{ network: FakeNetwork; near: Device; hop: Device; other: Device }>;

/** `near` and `other` are paired with `hop`; `near` is linked with it, and sends what it likes. */
async function scene(): Promise<Scene> {
  const network = new FakeNetwork();
  const make = (): Device => device(network, undefined, { hop: { relay: 'allow' } });
  const [near, hop, other] = [make(), make(), make()];
  know3([near, hop, other]);
  await near.links.session(hop.identity.peerId);
  await run(network, 50);
  return { network, near, hop, other };
}

/** A hop session at `to` by hand, inside a stream that `carrier` has opened there. */
async function callHop(
  network: FakeNetwork,
  carrier: Device,
  caller: DeviceIdentity,
  to: Device,
  sessionId = nativeBackend.randomBytes(16),
): Promise<Readonly<{ session: LinkSession | undefined; stream: OutgoingStream; message1: Uint8Array }>> {
  const { peerId, signingKey, staticKey, generation } = to.identity;
  const started = await startHandshake({
    crypto: nativeBackend,
    identity: caller,
    peer: { peerId, signingKey, staticKey: staticKey.publicKey, generation },
    sessionId,
    purpose: 'hop',
    path: 'via',
    now: network.clock.now() / 1000,
  });
  const session = carrier.links.current(peerId);
  if (session === undefined) throw new Error('not linked');
  const stream = session.open('relay', { from: caller.peerId });
  void stream.write(frameMessage(started.message1)).catch(() => undefined);
  const answer = readMessage2(stream);
  await run(network, 250);
  const message2 = await Promise.race([answer, Promise.resolve(undefined)]);
  if (message2 === undefined) return { session: undefined, stream, message1: started.message1 };
  const { send, receive } = await started.finish(message2);
  const hop = createSession({ role: 'initiator', id: Buffer.from(sessionId).toString('hex'), clock: network.clock });
  hop.confirmed.catch(() => undefined);
  hop.attachPath({ kind: 'via', channel: createStreamChannel(stream, network.clock), send, receive, dialed: true });
  await run(network, 250);
  return { session: hop, stream, message1: started.message1 };
}

async function readMessage2(stream: LinkStream): Promise<Uint8Array | undefined> {
  const bytes = await stream.read().catch(() => null);
  return bytes === null ? undefined : bytes.subarray(2);
}

async function refusalOf(network: FakeNetwork, stream: OutgoingStream): Promise<unknown> {
  const refused = stream.opened.then(
    () => 'taken',
    (error: unknown) => (error instanceof Error && 'details' in error ? error.details : errorCode(error)),
  );
  await run(network, 500);
  return refused;
}

describe('an incoming hop session', () => {
  it('serves streams to third peers and nothing else [S-LINK-15]', async () => {
    const { network, near, hop, other } = await scene();
    const { session } = await callHop(network, near, near.identity, hop);
    if (session === undefined) throw new Error('no session');
    const asked = hop.streams.length;
    for (const kind of ['pty', 'tcp', 'udp', 'rpc', 'file', 'message'] as const)
      expect(await refusalOf(network, session.open(kind, {}))).toMatchObject({ code: 'link.kind' });
    // What ends here has to come by a session of a link: else it could be taken for one of this device's own ways.
    const inside = session.open('relay', { from: other.identity.peerId });
    expect(await refusalOf(network, inside)).toMatchObject({ code: 'link.kind' });
    for (const to of [near, hop])
      expect(await refusalOf(network, session.open('relay', { to: to.identity.peerId }))).toMatchObject({
        code: 'via.self',
      });
    expect(await refusalOf(network, session.open('relay', { to: other.identity.peerId }))).toBe('taken');
    expect(hop.streams).toHaveLength(asked);
  });

  it('joins and displaces no session of the link, not even with its id [S-LINK-15]', async () => {
    const { network, near, hop } = await scene();
    const main = hop.links.current(near.identity.peerId);
    const linked = [...hop.linked];
    const same = Uint8Array.from(Buffer.from(main?.id ?? '', 'hex'));
    for (const id of [undefined, same]) await callHop(network, near, near.identity, hop, id);
    expect(hop.links.incomingHopSessions).toBe(2);
    expect(hop.links.current(near.identity.peerId)).toBe(main);
    expect(hop.links.view(near.identity.peerId)).toMatchObject({ state: 'up', path: 'relay' });
    expect([hop.linked, hop.unlinked]).toEqual([linked, []]);
  });

  it('is not had without a pairing, by a replay, or by another path than through a peer [S-LINK-15]', async () => {
    const { network, near, hop } = await scene();
    const unknown = device(network, undefined, { hop: { relay: 'allow' } });
    expect((await callHop(network, near, unknown.identity, hop)).session).toBeUndefined();
    const { message1 } = await callHop(network, near, near.identity, hop);
    expect(hop.links.incomingHopSessions).toBe(1);
    const replay = near.links.current(hop.identity.peerId)?.open('relay', { from: near.identity.peerId });
    void replay?.write(frameMessage(message1)).catch(() => undefined);
    await run(network, 15_000);
    expect(hop.links.incomingHopSessions).toBe(1);
    const { peerId, signingKey, staticKey, generation } = hop.identity;
    const direct = await startHandshake({
      crypto: nativeBackend,
      identity: near.identity,
      peer: { peerId, signingKey, staticKey: staticKey.publicKey, generation },
      sessionId: nativeBackend.randomBytes(16),
      purpose: 'hop',
      path: 'relay',
      now: network.clock.now() / 1000,
    });
    const refused = near.port.connect(peerId, direct.message1).then(() => 'taken', errorCode);
    await run(network, 250);
    expect(await refused).toBe('relay.refused.refused');
    expect(hop.links.incomingHopSessions).toBe(1);
  });

  it('costs little: eight per peer, the oldest is closed, and one that leads nowhere ends by itself [S-LINK-15]', async () => {
    const { network, near, hop, other } = await scene();
    let made = 0;
    const ended: number[] = [];
    await other.links.session(hop.identity.peerId);
    await run(network, 50);
    // Through two carriers: one alone may bring eight ways.
    for (let index = 0; index < 10; index += 1) {
      const { session } = await callHop(network, index % 2 === 0 ? near : other, near.identity, hop);
      if (session === undefined) continue;
      made += 1;
      void session.closed.then(() => ended.push(index));
    }
    expect([made, hop.links.incomingHopSessions]).toEqual([10, 8]);
    expect(ended).toEqual([0, 1]);
    await run(network, 31_000);
    expect(hop.links.incomingHopSessions).toBe(0);
  });

  it('ends with its path, and when its peer is forgotten or its route forbids the path [S-LINK-15]', async () => {
    const { network, near, hop } = await scene();
    const first = await callHop(network, near, near.identity, hop);
    first.stream.reset(0);
    await run(network, 500);
    expect(hop.links.incomingHopSessions).toBe(0);
    await callHop(network, near, near.identity, hop);
    expect(hop.links.incomingHopSessions).toBe(1);
    hop.routes.set(near.identity.peerId, { mode: 'relay-only', hops: [], addresses: [] });
    hop.links.routeChanged(near.identity.peerId);
    await run(network, 500);
    expect(hop.links.incomingHopSessions).toBe(0);
    expect((await callHop(network, near, near.identity, hop)).session).toBeUndefined();
    hop.routes.clear();
    await callHop(network, near, near.identity, hop);
    expect(hop.links.incomingHopSessions).toBe(1);
    hop.pins.delete(near.identity.peerId);
    void hop.links.drop(near.identity.peerId, 'peer.forgotten');
    await run(network, 2000);
    expect(hop.links.incomingHopSessions).toBe(0);
  });
});
