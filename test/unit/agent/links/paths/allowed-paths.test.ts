import { describe, expect, it } from 'vitest';
import { allowsDirect, allowsPath } from '#agent/links/paths/allowed-paths.ts';
import { Link } from '#agent/links/link.ts';
import type { PeerRoute } from '#agent/links/index.ts';
import type { TransportKind } from '#agent/links/paths/transport-kinds.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { createMemoryChannelPair, createSession, type LinkPath } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { three, run } from '../three.ts';

const [ONE, TWO, OTHER] = ['1', '2', '3'] as PeerId[] as [PeerId, PeerId, PeerId];

function route(mode: PeerRoute['mode'], ...via: readonly PeerId[]): PeerRoute {
  return { mode, hops: via, addresses: [] };
}

function through(dialed: boolean, ...hops: readonly PeerId[]): Parameters<typeof allowsPath>[1] {
  return { kind: 'via', dialed, hops: hops.map((peerId) => ({ peerId })) };
}

describe('a person’s choice for a peer', () => {
  it('without named hops allows the kinds of paths of its mode, whoever dialed', () => {
    const allowed = (mode: PeerRoute['mode']): readonly TransportKind[] =>
      (['direct', 'udp', 'relay', 'via'] as const).filter((kind) =>
        allowsPath(route(mode), { kind, dialed: false, hops: [] }),
      );
    expect(allowed('auto')).toEqual(['direct', 'udp', 'relay', 'via']);
    expect(allowed('direct-only')).toEqual(['direct', 'udp']);
    expect(allowed('relay-only')).toEqual(['relay']);
  });

  it('with named hops allows paths through exactly these, whatever the mode [S-LINK-16]', () => {
    for (const kind of ['direct', 'udp', 'relay'] as const)
      expect(allowsPath(route('auto', ONE), { kind, dialed: true, hops: [] })).toBe(false);
    expect(allowsPath(route('relay-only', ONE), through(true, ONE))).toBe(true);
    expect(allowsPath(route('auto', ONE), through(true, OTHER))).toBe(false);
    expect(allowsPath(route('auto', ONE, TWO), through(true, ONE, TWO))).toBe(true);
    expect(allowsPath(route('auto', ONE, TWO), through(true, ONE))).toBe(false);
    expect(allowsPath(route('auto', ONE, TWO), through(true, TWO, ONE))).toBe(false);
  });

  it('takes a path that came in only where it can see every hop: a single one [S-LINK-16]', () => {
    expect(allowsPath(route('auto', ONE), through(false, ONE))).toBe(true);
    expect(allowsPath(route('auto', ONE), through(false, OTHER))).toBe(false);
    expect(allowsPath(route('auto', ONE, TWO), through(false, ONE))).toBe(false);
    expect(allowsPath(route('auto', ONE, TWO), through(false, TWO))).toBe(false);
  });

  it('lets addresses be announced where no hop or relay is required', () => {
    expect([route('auto'), route('direct-only'), route('relay-only'), route('auto', ONE)].map(allowsDirect)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

it('a link writes nothing to a path that the choice forbids, and closes it [S-LINK-16]', async () => {
  const clock = new FakeClock();
  const session = createSession({ role: 'initiator', id: '0'.repeat(32), clock });
  let allowed = false;
  const link = new Link({
    peerId: ONE,
    session,
    secret: new Uint8Array(32),
    clock,
    logger: silentLogger,
    random: () => 0.5,
    mode: 'auto',
    allows: () => allowed,
    dial: () => Promise.reject(new Error('nobody is dialed')),
    changed: () => undefined,
  });
  let bytes = 0;
  const attach = (): Promise<boolean> =>
    new Promise((resolve) => {
      const [near, far] = createMemoryChannelPair();
      far.setHandlers({ data: (chunk) => (bytes += chunk.length), drain: () => undefined, closed: () => undefined });
      const cipher = { seal: (text: Uint8Array) => text.slice(), open: (text: Uint8Array) => text.slice() };
      const ciphers = { send: cipher, receive: cipher } as unknown as Pick<LinkPath, 'send' | 'receive'>;
      const path = { kind: 'relay', channel: near, ...ciphers, dialed: true, address: '', hops: [] } as const;
      link.attach(path, resolve);
      setImmediate(() => resolve(true));
    });
  expect(await attach()).toBe(false);
  await settle();
  expect([bytes, session.pathState]).toEqual([0, 'lost']);
  allowed = true;
  await attach();
  await settle();
  expect(bytes).toBeGreaterThan(0);
  void session.close('link.closed', 'done');
  await clock.advance(2000);
});

it('a device whose person goes to a peer through a hop leads nobody to that peer over the relay [S-LINK-16]', async () => {
  const { network, left, hop, right } = await three();
  hop.routes.set(right.identity.peerId, { mode: 'auto', hops: [OTHER], addresses: [] });
  hop.links.routeChanged(right.identity.peerId);
  left.routes.set(right.identity.peerId, { mode: 'auto', hops: [hop.identity.peerId], addresses: [] });
  left.links.routeChanged(right.identity.peerId);
  await run(network, 20_000);
  expect(hop.port.rung).not.toContain(right.identity.peerId);
  expect(left.links.view(right.identity.peerId)).toMatchObject({ state: 'reconnecting' });
  expect(left.links.routeStatus(right.identity.peerId)).toMatchObject({ failure: { code: 'via.hop-lost' } });
});

it('two sides whose choices have no path in common both say what the other one tries [S-LINK-16]', async () => {
  const { network, left, right } = await three({ direct: true, hop: { relay: 'allow' } });
  await left.links.drop(right.identity.peerId, 'anew');
  await run(network, 1000);
  const choose = (at: typeof left, peer: typeof left, mode: PeerRoute['mode']): void => {
    at.routes.set(peer.identity.peerId, { mode, hops: [], addresses: [peer.direct?.address ?? ''] });
    at.links.routeChanged(peer.identity.peerId);
  };
  choose(left, right, 'direct-only');
  choose(right, left, 'relay-only');
  const codes = (): Promise<readonly string[]> =>
    Promise.all(
      [left, right].map((at) =>
        at.links.session((at === left ? right : left).identity.peerId).then(
          () => 'linked',
          (error: unknown) => errorCode(error),
        ),
      ),
    );
  // By the first tries each learns of the other.
  void codes();
  await run(network, 5000);
  const told = codes();
  await run(network, 5000);
  expect(await told).toEqual(['link.peer-by-relay', 'link.peer-directly']);
  choose(right, left, 'auto');
  const linked = left.links.session(right.identity.peerId);
  await run(network, 2000);
  expect((await linked).id).toBe(right.links.usable(left.identity.peerId)?.id);
});
