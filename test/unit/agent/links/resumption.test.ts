import { describe, expect, it } from 'vitest';
import { codeOf } from '#test/support/rejections.ts';
import { slowIdentity } from '#test/support/slow-identity.ts';
import { device, know, paired, type Device } from './network.ts';
import { exchange, run, scene } from './scene.ts';

const viewOf = (from: Device, to: Device) => from.links.view(to.identity.peerId);
const idOf = (from: Device, to: Device): string | undefined => from.links.current(to.identity.peerId)?.id;
const pathsOf = (from: Device, to: Device): readonly string[] =>
  (viewOf(from, to)?.history ?? []).map(({ path, reason }) => `${path} ${reason}`);

describe('a session whose path is lost', () => {
  it('goes on over another at once: same session, same streams, nothing told to anybody', async () => {
    const { network, near, far, ...streams } = await scene();
    const id = idOf(near, far);
    for (let round = 0; round < 5; round += 1) {
      network.cut('relay');
      await run(network);
      expect(await exchange({ network, near, far, ...streams }, round * 10)).toEqual([round * 10, round * 10 + 1]);
    }
    expect([idOf(near, far), idOf(far, near)]).toEqual([id, id]);
    expect([near.linked.length, far.linked.length, near.unlinked.length, far.unlinked.length]).toEqual([1, 1, 0, 0]);
    expect(pathsOf(near, far).slice(0, 3)).toEqual(['relay first', 'null lost', 'relay lost']);
  });

  it('goes on with keys that take their time, and nothing that comes meanwhile is lost or early', async () => {
    const { network, near, far, ...streams } = await scene({ keys: (identity) => slowIdentity(identity, 5) });
    const id = idOf(near, far);
    for (let round = 0; round < 3; round += 1) {
      network.cut('relay');
      // Written while both ends shake hands again.
      expect(await exchange({ network, near, far, ...streams }, round * 10)).toEqual([round * 10, round * 10 + 1]);
    }
    expect([idOf(near, far), idOf(far, near)]).toEqual([id, id]);
    expect([near.refused, far.refused]).toEqual([[], []]);
    expect([near.linked.length, far.linked.length, near.unlinked.length, far.unlinked.length]).toEqual([1, 1, 0, 0]);
  });

  it('waits while the relay is gone, and is there again the moment it is back', async () => {
    const { network, near, far, ...streams } = await scene();
    network.up = false;
    network.cut('relay');
    await run(network, 9 * 60_000);
    expect([viewOf(near, far), viewOf(far, near)]).toMatchObject([
      { state: 'reconnecting' },
      { state: 'reconnecting' },
    ]);
    expect(near.links.waiting).toBe(1);
    const dials = network.dials;
    network.up = true;
    await run(network);
    expect(viewOf(near, far)).toMatchObject({ state: 'up', path: 'relay', retryAt: null });
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
    expect(network.dials - dials).toBe(1);
  });

  it('ends after ten minutes without one, and without a stream sooner', async () => {
    const { network, near, far } = await scene();
    network.up = false;
    network.cut('relay');
    await run(network, 599_000);
    expect([near.unlinked, far.unlinked]).toEqual([[], []]);
    await run(network, 2000);
    expect([near, far].map(({ unlinked }) => unlinked[0]?.end.code)).toEqual(['link.path-lost', 'link.path-lost']);
    expect(network.clock.pending).toBe(0);
    const idle = paired();
    await idle.lower.links.session(idle.higher.identity.peerId);
    await run(idle.network, 50);
    idle.network.up = false;
    idle.network.cut('relay');
    await run(idle.network, 60_000);
    expect([idle.lower.unlinked.length, idle.higher.unlinked.length, idle.network.clock.pending]).toEqual([1, 1, 0]);
  });

  it('is dialed by the other side too, when its initiator has no transport', async () => {
    const { network, near, far, ...streams } = await scene();
    near.port.connect = () => Promise.reject(new Error('this way is closed'));
    network.cut('relay');
    await run(network, 1000);
    expect(viewOf(near, far)).toMatchObject({ state: 'up' });
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
    expect(idOf(far, near)).toBe(idOf(near, far));
  });

  it('ends when the peer itself has lost it, and whoever wants the peer gets a new one', async () => {
    const { network, near, far, stream } = await scene();
    const before = idOf(near, far);
    const reborn = device(network, far.identity);
    know(reborn, near.identity);
    network.cut('relay');
    await run(network, 1000);
    expect(near.unlinked.map(({ end }) => end.code)).toEqual(['link.session-lost']);
    expect(await codeOf(() => stream.read())).toBe('link.session-lost');
    const session = await near.links.session(far.identity.peerId);
    expect(session.id).not.toBe(before);
  });

  it('ends at once when the peer is forgotten, or the device shuts down', async () => {
    const { network, near, far } = await scene();
    network.up = false;
    network.cut('relay');
    await run(network, 10_000);
    await near.links.drop(far.identity.peerId, 'forgotten');
    await far.links.close();
    expect([near.unlinked, far.unlinked].map(([only]) => only?.end.code)).toEqual(['link.closed', 'link.closed']);
    expect(network.clock.pending).toBe(0);
  });

  it('tells whoever wants it now why it cannot, and goes on waiting', async () => {
    const { network, near, far } = await scene();
    network.up = false;
    network.cut('relay');
    await run(network, 1000);
    expect(await codeOf(() => near.links.session(far.identity.peerId))).toBe('relay.not-connected');
    network.up = true;
    expect((await near.links.session(far.identity.peerId)).id).toBe(idOf(near, far));
  });
});

describe('a direct path', () => {
  it('is made as soon as the addresses are told, and the session moves to it', async () => {
    const { network, near, far, ...streams } = await scene({ direct: true });
    expect([viewOf(near, far), viewOf(far, near)]).toMatchObject([
      { path: 'direct', why: null, state: 'up' },
      { path: 'direct', why: null },
    ]);
    expect(pathsOf(near, far)).toEqual(['relay first', 'direct better']);
    expect(near.routes.get(far.identity.peerId)?.addresses).toEqual([far.direct?.address]);
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
    network.up = false;
    network.cut('relay');
    await run(network, 1000);
    expect(await exchange({ network, near, far, ...streams }, 3)).toEqual([3, 4]);
    expect(pathsOf(near, far)).toHaveLength(2);
  });

  it('is made by the other side when only this one listens', async () => {
    const { network, lower: near, higher: far } = paired(undefined, { direct: true });
    if (far.direct !== undefined) far.direct.listens = false;
    await near.links.session(far.identity.peerId);
    await run(network, 500);
    expect(viewOf(near, far)).toMatchObject({ path: 'relay', why: 'no-address' });
    await run(network, 1000);
    expect([viewOf(near, far), viewOf(far, near)]).toMatchObject([{ path: 'direct' }, { path: 'direct' }]);
    expect(near.direct?.dialed).toEqual([]);
  });

  it('that is lost leads back to the relay at once, and rests for ten seconds', async () => {
    const { network, near, far, ...streams } = await scene({ direct: true });
    network.cut('direct');
    await run(network);
    expect(viewOf(near, far)).toMatchObject({ path: 'relay', state: 'up', why: 'cooling' });
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
    await run(network, 9500);
    expect(viewOf(near, far)).toMatchObject({ path: 'relay' });
    await run(network, 1500);
    expect(viewOf(near, far)).toMatchObject({ path: 'direct' });
  });

  it('carries a session from a cold start, without any relay, where an address is known', async () => {
    const { network, lower: near, higher: far } = paired(undefined, { direct: true });
    network.up = false;
    const { peerId } = far.identity;
    expect(await codeOf(() => near.links.session(peerId))).toBe('relay.not-connected');
    near.routes.set(peerId, { mode: 'direct-only', hops: [], addresses: [] });
    expect(await codeOf(() => near.links.session(peerId))).toBe('link.no-address');
    near.routes.set(peerId, { mode: 'direct-only', hops: [], addresses: [far.direct?.address ?? ''] });
    await near.links.session(peerId);
    await run(network, 50);
    expect([viewOf(near, far), viewOf(far, near)]).toMatchObject([{ path: 'direct' }, { path: 'direct' }]);
    expect([near.linked, far.linked]).toEqual([[peerId], [near.identity.peerId]]);
    expect(network.dials).toBe(1);
  });

  it('is neither dialed nor taken where a person wants the relay only', async () => {
    const { network, lower: near, higher: far } = paired(undefined, { direct: true });
    far.routes.set(near.identity.peerId, { mode: 'relay-only', hops: [], addresses: [] });
    near.routes.set(far.identity.peerId, { mode: 'auto', hops: [], addresses: [far.direct?.address ?? ''] });
    await near.links.session(far.identity.peerId);
    await run(network, 120_000);
    expect([viewOf(near, far), viewOf(far, near)]).toMatchObject([
      { path: 'relay' },
      { path: 'relay', why: 'relay-only' },
    ]);
    expect(near.direct?.dialed.length).toBeGreaterThan(1);
    expect(far.direct?.dialed).toEqual([]);
  });

  it('is what is left when a person takes the relay away, and the other way round', async () => {
    const { network, near, far } = await scene({ direct: true });
    const { peerId } = far.identity;
    near.routes.set(peerId, { mode: 'relay-only', hops: [], addresses: [] });
    near.links.routeChanged(peerId);
    await run(network, 100);
    expect(viewOf(near, far)).toMatchObject({ path: 'relay', why: 'relay-only' });
    near.routes.set(peerId, { mode: 'direct-only', hops: [], addresses: [] });
    near.links.routeChanged(peerId);
    await run(network, 100);
    expect(viewOf(near, far)).toMatchObject({ path: 'direct' });
    for (const { direct } of [near, far]) if (direct !== undefined) direct.onIncoming = undefined;
    network.cut('direct');
    await run(network, 60_000);
    expect(viewOf(near, far)).toMatchObject({ state: 'reconnecting', why: 'no-answer' });
  });
});

describe('a machine that was asleep', () => {
  it('finds a path that only looks open within one probe, and the session goes on', async () => {
    const { network, near, far, ...streams } = await scene();
    let black = true;
    network.tamperBytes = (chunk) => (black ? [] : [chunk.slice()]);
    network.cut('relay');
    await run(network);
    black = false;
    network.tamperBytes = (chunk) => [chunk.slice()];
    near.links.networkChanged();
    await run(network, 2000);
    expect(viewOf(near, far)).toMatchObject({ state: 'up' });
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
  });

  it('leaves healthy sessions as they are', async () => {
    const { network, near, far, ...streams } = await scene({ direct: true });
    const before = network.dials;
    for (let round = 0; round < 5; round += 1) {
      near.links.networkChanged();
      far.links.networkChanged();
      await run(network, 2500);
    }
    expect([pathsOf(near, far), network.dials]).toEqual([['relay first', 'direct better'], before]);
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
  });
});

describe('a session that runs for hours', () => {
  it.each([
    ['over the relay', {}, 'relay'],
    ['directly', { direct: true }, 'direct'],
  ] as const)('%s goes over a new path every two hours, and no stream waits for it', async (_name, options, kind) => {
    const { network, near, far, ...streams } = await scene(options);
    await run(network, 2000);
    const id = idOf(near, far);
    const states = new Set<string>();
    const before = pathsOf(near, far);
    const dials = (): number => network.dials + (near.direct?.dialed.length ?? 0);
    for (let round = 0; round < 3; round += 1) {
      const made = dials();
      let byte = 0;
      for (let minutes = 0; minutes < 121; minutes += 1) {
        await run(network, 60_000);
        states.add(`${viewOf(near, far)?.state} ${viewOf(far, near)?.state}`);
        if (minutes < 118) continue;
        byte += 2;
        expect(await exchange({ network, near, far, ...streams }, byte)).toEqual([byte, byte + 1]);
      }
      expect(dials() - made).toBe(1);
    }
    expect([...states]).toEqual(['up up']);
    expect([idOf(near, far), idOf(far, near)]).toEqual([id, id]);
    expect(pathsOf(near, far)).toEqual([...before, `${kind} renewed`]);
    expect(pathsOf(far, near)).toEqual([...before, `${kind} renewed`]);
  });

  it('also one without streams that both sides use now and then', async () => {
    const { network, lower: near, higher: far } = paired();
    const { peerId } = far.identity;
    const session = await near.links.session(peerId);
    for (let minutes = 0; minutes < 125; minutes += 5) {
      await Promise.all([near.links.session(peerId), far.links.session(near.identity.peerId)]);
      await run(network, 5 * 60_000);
    }
    expect([near.links.current(peerId), network.dials]).toEqual([session, 2]);
    expect(pathsOf(near, far)).toEqual(['relay first', 'relay renewed']);
  });

  it('keeps its path where no new one comes about, and is told nothing', async () => {
    const { network, near, far, ...streams } = await scene();
    const working = near.port.connect.bind(near.port);
    let tries = 0;
    const connect = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new Error('not now'));
    };
    for (const { port } of [near, far]) port.connect = connect;
    for (let minutes = 0; minutes < 131; minutes += 1) await run(network, 60_000);
    expect(tries).toBeGreaterThan(1);
    expect(tries).toBeLessThanOrEqual(6);
    expect(pathsOf(near, far)).toEqual(['relay first']);
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
    near.port.connect = working;
    await run(network, 6 * 60_000);
    expect(pathsOf(near, far)).toEqual(['relay first', 'relay renewed']);
  });

  it('gets new keys after the machine woke, unless the wake has replaced the path already', async () => {
    const { network, near, far, ...streams } = await scene();
    near.links.woke();
    await run(network, 6000);
    expect([pathsOf(near, far), network.dials]).toEqual([['relay first', 'relay renewed'], 2]);
    expect(await exchange({ network, near, far, ...streams }, 1)).toEqual([1, 2]);
    expect(pathsOf(far, near)).toEqual(['relay first', 'relay remade']);
    near.links.woke();
    network.cut('relay');
    await run(network, 10_000);
    expect([pathsOf(near, far).slice(-2), network.dials]).toEqual([['null lost', 'relay lost'], 3]);
  });
});

it('a path that one side’s choice forbids ends at once: that side says why, the other one that it was lost', async () => {
  const { network, near, far } = await scene({ direct: true });
  const { peerId } = far.identity;
  near.routes.set(peerId, { mode: 'relay-only', hops: [], addresses: [] });
  near.links.routeChanged(peerId);
  await run(network, 1000);
  expect(pathsOf(near, far).at(-1)).toBe('relay relay-only');
  expect(pathsOf(far, near).at(-1)).toBe('relay lost');
});
