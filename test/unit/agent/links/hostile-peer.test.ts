import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { startHandshake, type Purpose, type StartedHandshake } from '#shared/handshake/index.ts';
import { createMemoryChannelPair, type ByteChannel, type LinkSession } from '#shared/link/index.ts';
import { paired, type Device, type FakeNetwork } from './network.ts';
import { run } from './scene.ts';

/** The session as its hostile owner has it: it may say what it likes. */
function sessionOf(from: Device, to: Device): LinkSession {
  return from.links.current(to.identity.peerId) as LinkSession;
}

/** What begins a session, or asks for one that does not exist, with the keys of a device. */
function knockAs(
  from: Device,
  { identity }: Device,
  network: FakeNetwork,
  purpose: Purpose,
): Promise<StartedHandshake> {
  const { peerId, signingKey, staticKey, generation } = identity;
  return startHandshake({
    crypto: nativeBackend,
    identity: from.identity,
    peer: { peerId, signingKey, staticKey: staticKey.publicKey, generation },
    sessionId: nativeBackend.randomBytes(16),
    purpose,
    path: 'direct',
    now: network.clock.now() / 1000,
  });
}

function named(count: number, from: number): string[] {
  return Array.from({ length: count }, (_, index) => `10.9.${from >> 8}.${(from & 0xff) + 1}:${1000 + index}`);
}

describe('a peer that wants this device to look for open ports', () => {
  it('gets sixteen addresses dialed in a minute, however often it links anew', async () => {
    const { network, lower: hostile, higher: victim } = paired(undefined, { direct: true });
    if (hostile.direct === undefined || victim.direct === undefined) throw new Error('there are direct paths');
    hostile.direct.listens = false;
    hostile.direct.dial = () => Promise.reject(new Error('it stays at the relay'));
    for (let round = 0; round < 5; round += 1) {
      const session = await hostile.links.session(victim.identity.peerId);
      await run(network, 50);
      sessionOf(hostile, victim).sendCandidates(named(16, round));
      await run(network, 8000);
      await session.close('bye', 'and again');
      await run(network, 100);
    }
    expect(victim.direct.dialed.length).toBeGreaterThan(0);
    expect(victim.direct.dialed.length).toBeLessThanOrEqual(16);
  });

  it('does not get an address that has led to it once dialed without a pause', async () => {
    const { network, lower: hostile, higher: victim } = paired(undefined, { direct: true });
    if (hostile.direct === undefined || victim.direct === undefined) throw new Error('there are direct paths');
    hostile.direct.listens = false;
    hostile.direct.dial = () => Promise.reject(new Error('it stays at the relay'));
    const address = '10.9.9.9:22';
    victim.routes.set(hostile.identity.peerId, { mode: 'auto', hops: [], addresses: [address] });
    victim.direct.dial = (dialed) => {
      victim.direct?.dialed.push(dialed);
      return Promise.reject(new Error('nobody listens there any more'));
    };
    await victim.links.session(hostile.identity.peerId);
    await run(network, 50);
    for (let count = 0; count < 200; count += 1) {
      sessionOf(hostile, victim).sendCandidates(named(1, count));
      await run(network, 100);
    }
    const times = victim.direct.dialed.filter((dialed) => dialed === address).length;
    expect(times).toBeGreaterThan(0);
    expect(times).toBeLessThanOrEqual(6);
  });
});

describe('somebody at the direct port with a stolen static key, or with recordings', () => {
  it('who begins and does not go on does not keep their owner from coming over the relay', async () => {
    const { network, lower: owner, higher: victim } = paired(undefined, { direct: true });
    let answered = 0;
    for (let count = 0; count < 40; count += 1) {
      const { message1 } = await knockAs(owner, victim, network, 'session');
      victim.direct?.onIncoming?.({
        kind: 'direct',
        address: '10.9.9.9:50000',
        message1,
        drop: () => undefined,
        accept: () => {
          answered += 1;
          return createMemoryChannelPair()[0];
        },
      });
      await run(network);
    }
    expect(answered).toBe(4);
    const session = await owner.links.session(victim.identity.peerId);
    await run(network, 100);
    expect(victim.links.current(owner.identity.peerId)?.id).toBe(session.id);
  });
});

describe('a peer that asks for sessions that do not exist', () => {
  it('and does not take the answer away holds no more connections than one that does not go on', async () => {
    const { network, lower: hostile, higher: victim } = paired(undefined, { direct: true });
    const held = new Set<ByteChannel>();
    const answers: Uint8Array[] = [];
    for (let count = 0; count < 20; count += 1) {
      const { message1 } = await knockAs(hostile, victim, network, 'resume');
      victim.direct?.onIncoming?.({
        kind: 'direct',
        address: '10.9.9.9:50000',
        message1,
        drop: () => undefined,
        accept: (message2) => {
          answers.push(message2);
          const [near] = createMemoryChannelPair();
          // The other side takes nothing and ends nothing: only an end by force is one.
          near.close = () => undefined;
          const destroy = near.destroy.bind(near);
          near.destroy = (error) => {
            held.delete(near);
            destroy(error);
          };
          held.add(near);
          return near;
        },
      });
      await run(network);
    }
    expect(answers.length).toBeGreaterThan(0);
    expect(held.size).toBeLessThanOrEqual(4);
    await run(network, 10_000);
    expect(held.size).toBe(0);
  });
});

describe('a person who wants no direct connections any more', () => {
  it.each([
    [
      'with that peer',
      (near: Device, far: Device): void => {
        near.routes.set(far.identity.peerId, { mode: 'relay-only', hops: [], addresses: [] });
        near.links.routeChanged(far.identity.peerId);
      },
    ],
    [
      'with anybody',
      (near: Device): void => {
        if (near.direct !== undefined) near.direct.localAddresses = () => [];
        near.links.addressesChanged();
      },
    ],
  ])('%s, while there is no path, has nothing told that was on its way before', async (_with, forbid) => {
    const { network, lower: near, higher: far } = paired(undefined, { direct: true });
    if (near.direct === undefined || far.direct === undefined) throw new Error('there are direct paths');
    for (const { direct } of [near, far])
      if (direct !== undefined) direct.dial = () => Promise.reject(new Error('no way'));
    let swallow = false;
    network.tamperBytes = (chunk) => (swallow ? [] : [chunk.slice()]);
    const session = await near.links.session(far.identity.peerId);
    session.open('pty', null);
    await run(network, 100);
    // On the next path nothing but the news is sent: it may be sent again at once.
    network.cut('relay');
    await run(network, 2000);
    const told: string[] = [];
    sessionOf(far, near).onCandidates = (addresses) => void told.push(...addresses);

    // The news of another address is lost with the path.
    swallow = true;
    near.direct.localAddresses = () => ['10.77.77.77:7473'];
    near.links.addressesChanged();
    await run(network, 100);
    expect(told).toEqual([]);
    network.up = false;
    network.cut('relay');
    await run(network, 100);
    forbid(near, far);
    swallow = false;
    network.up = true;
    await run(network, 2000);
    expect(near.links.view(far.identity.peerId)).toMatchObject({ state: 'up', path: 'relay' });
    expect(told).toEqual([]);
  });
});
