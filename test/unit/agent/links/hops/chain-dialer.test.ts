import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream, OutgoingStream, Session } from '#shared/link/index.ts';
import { device, FakeNetwork, type Device, type DeviceOptions } from '../network.ts';
import { know3, run } from '../three.ts';

const ALLOW: DeviceOptions = { hop: { relay: 'allow' } };

/** `left` reaches only the first of those in between, each of them only the next, the last one only `right`. */
type Chain = Readonly<{
  network: FakeNetwork;
  left: Device;
  hops: readonly Device[];
  right: Device;
}>;

function chain(count: number, options: readonly DeviceOptions[] = []): Chain {
  const network = new FakeNetwork();
  const devices = Array.from({ length: count + 2 }, (_, index) => device(network, undefined, options[index] ?? ALLOW));
  know3(devices);
  const order = devices.map(({ identity }) => identity.peerId);
  network.connects = (from, to) => Math.abs(order.indexOf(from) - order.indexOf(to)) === 1;
  const [left, right] = [devices[0], devices.at(-1)];
  if (left === undefined || right === undefined) throw new Error('no devices');
  const hops = devices.slice(1, -1);
  name(left, right, ...hops);
  return { network, left, hops, right };
}

const idOf = ({ identity }: Device): PeerId => identity.peerId;

function name(at: Device, to: Device, ...hops: readonly Device[]): void {
  at.routes.set(idOf(to), { mode: 'auto', hops: hops.map(idOf), addresses: [] });
}

async function opened({
  network,
  left,
  right,
}: Chain): Promise<Readonly<{ session: Session; near: OutgoingStream; far: LinkStream }>> {
  const dialed = left.links.session(idOf(right));
  await run(network, 500);
  const session = await dialed;
  const near = session.open('pty', null);
  await run(network, 500);
  const far = right.streams[0]?.stream.accept();
  if (far === undefined) throw new Error('the stream did not arrive');
  return { session, near, far };
}

async function carries({ network }: Chain, near: LinkStream, far: LinkStream): Promise<boolean> {
  void near.write(Uint8Array.of(1)).catch(() => undefined);
  void far.write(Uint8Array.of(2)).catch(() => undefined);
  let came = 0;
  for (const stream of [near, far]) void stream.read().then(() => (came += 1));
  await run(network, 500);
  return came === 2;
}

function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

function nth({ hops }: Chain, index: number): Device {
  const hop = hops[index];
  if (hop === undefined) throw new Error('no such device');
  return hop;
}

describe('a link through several peers, one after the other', () => {
  it.each([2, 3, 4])(
    'reaches a peer that none but the last of %d reaches, and says how long each takes',
    async (count) => {
      const devices = chain(count);
      const { network, left, hops, right } = devices;
      const { near, far } = await opened(devices);
      expect(await carries(devices, near, far)).toBe(true);
      await run(network, 3000);
      const view = left.links.view(idOf(right));
      expect(view).toMatchObject({ path: 'via', state: 'up', via: idOf(nth(devices, 0)), why: 'chosen' });
      expect(view?.hops.map(({ peerId }) => peerId)).toEqual(hops.map(idOf));
      expect(view?.hops.every(({ rtt, lost }) => rtt !== undefined && !lost)).toBe(true);
      expect((await left.links.pingHops(idOf(right), 1000)).map(({ rtt }) => typeof rtt)).toEqual(
        hops.map(() => 'number'),
      );
    },
  );

  it('makes no link with any but the first: the others have a hop session [S-LINK-15]', async () => {
    const devices = chain(3);
    const { left, hops, right } = devices;
    await opened(devices);
    expect([...left.links.linkedPeers].toSorted()).toEqual([idOf(nth(devices, 0)), idOf(right)].toSorted());
    for (const hop of hops.slice(1)) {
      expect(hop.links.linkedPeers).not.toContain(idOf(left));
      expect(hop.linked).not.toContain(idOf(left));
    }
    expect(hops.map(({ links }) => links.incomingHopSessions)).toEqual([0, 1, 1]);
  });

  it('leaves nothing behind when the link ends', async () => {
    const devices = chain(3);
    const { network, left, hops, right } = devices;
    await opened(devices);
    const dropped = left.links.drop(idOf(right), 'done');
    await run(network, 3000);
    await dropped;
    expect(hops.map(({ links }) => links.incomingHopSessions)).toEqual([0, 0, 0]);
    for (const from of [left, ...hops]) {
      for (const peerId of from.links.linkedPeers) {
        expect(from.links.current(peerId)?.statistics().streamsOpen).toBe(0);
      }
    }
  });

  it.each([0, 1, 2])('goes on by itself when number %d of three was killed and restarted', async (index) => {
    const devices = chain(3);
    const { network, left, hops, right } = devices;
    const { session, near, far } = await opened(devices);
    network.kill(nth(devices, index));
    await run(network, 20_000);
    expect(left.links.view(idOf(right))?.state).not.toBe('up');
    const again = device(network, nth(devices, index).identity, ALLOW);
    know3([left, ...hops.filter((_, other) => other !== index), again, right]);
    network.tellPresence();
    await run(network, 15_000);
    expect(left.links.view(idOf(right))).toMatchObject({ path: 'via', state: 'up' });
    expect(left.links.current(idOf(right))).toBe(session);
    expect(await carries(devices, near, far)).toBe(true);
  });

  it.each([0, 1, 2])('names the one that is lost and the one before it: number %d of three', async (index) => {
    const devices = chain(3);
    const { network, left, hops, right } = devices;
    await opened(devices);
    network.kill(nth(devices, index));
    await run(network, 60_000);
    const view = left.links.view(idOf(right));
    expect(view?.hops.map(({ lost }) => lost)).toEqual(hops.map((_, other) => other === index));
    const dialed = failureOf(left.links.session(idOf(right)));
    await run(network, 40_000);
    expect(await dialed).toMatchObject({
      code: 'via.hop-lost',
      details: {
        hop: idOf(nth(devices, index)).slice(0, 7),
        before: idOf(index === 0 ? left : nth(devices, index - 1)).slice(0, 7),
      },
    });
  });

  it('names the peer itself where only that one is missing', async () => {
    const devices = chain(2);
    const { network, left, right } = devices;
    network.kill(right);
    const dialed = failureOf(left.links.session(idOf(right)));
    await run(network, 40_000);
    expect(await dialed).toMatchObject({ code: 'via.hop-lost', details: { hop: idOf(right).slice(0, 7) } });
    expect(devices.hops.map(({ links }) => links.incomingHopSessions)).toEqual([0, 0]);
  });

  it('asks the person at a peer without a decision because the chain was named, not again at each retry [S-LINK-15]', async () => {
    const devices = chain(2, [ALLOW, ALLOW, { hop: { relay: 'ask' } }]);
    const { network, left, right } = devices;
    const dialed = failureOf(left.links.session(idOf(right)));
    await run(network, 2000);
    expect(await dialed).toMatchObject({ code: 'via.refused', details: { hop: idOf(nth(devices, 1)).slice(0, 7) } });
    expect(left.links.routeStatus(idOf(right))).toMatchObject({
      asking: null,
      failure: { code: 'via.refused', hop: idOf(nth(devices, 1)).slice(0, 7) },
    });
    // Each peer in between decides about the device that asks, not about the one that passes it on.
    expect(nth(devices, 1).asked).toEqual([idOf(left)]);
  });

  it.each([1, 2])(
    'says whose person is being asked, with %d in between, until the way is another one',
    async (count) => {
      const devices = chain(count, [ALLOW, { hop: { relay: 'waits' } }]);
      const { network, left, right } = devices;
      const dialed = failureOf(left.links.session(idOf(right)));
      await run(network, 2000);
      expect(left.links.routeStatus(idOf(right))).toEqual({ asking: idOf(nth(devices, 0)), failure: null });
      name(left, right);
      left.links.routeChanged(idOf(right));
      expect(left.links.routeStatus(idOf(right))).toBe(undefined);
      // Whoever waits goes on by the new choice.
      await run(network, 150_000);
      expect(await dialed).toMatchObject({ code: 'relay.refused.offline' });
    },
  );

  it('leaves the path of before at once, and says so while the next one is asked for', async () => {
    const devices = chain(1, [ALLOW, { hop: { relay: 'waits' } }]);
    const { network, left, right } = devices;
    network.connects = () => true;
    name(left, right);
    await opened(devices);
    name(left, right, nth(devices, 0));
    left.links.routeChanged(idOf(right));
    await run(network, 10_000);
    expect(left.links.view(idOf(right))).toMatchObject({ state: 'reconnecting' });
    expect(left.links.routeStatus(idOf(right))).toEqual({ asking: idOf(nth(devices, 0)), failure: null });
  });

  it('shows the hops nothing but ciphertext, each of them another [S-LINK-15]', async () => {
    const devices = chain(3);
    const { network, left, hops } = devices;
    const { near, far } = await opened(devices);
    const marks = [0x5a, 0xa5].map((byte) => Buffer.alloc(64, byte));
    void near.write(marks[0] ?? Buffer.alloc(0));
    void far.write(marks[1] ?? Buffer.alloc(0));
    await run(network, 500);
    expect([await far.read(), await near.read()].map((bytes) => bytes && Buffer.from(bytes))).toEqual(marks);
    const passed = hops.map((hop) => Buffer.concat(hop.passed));
    for (const bytes of passed) {
      expect(bytes.length).toBeGreaterThan(256);
      // Not the data, not who it is for: the first of them learns only whom comes next.
      for (const mark of marks) expect(bytes.includes(mark.subarray(0, 8))).toBe(false);
      expect(bytes.includes(idOf(left))).toBe(false);
      expect(bytes.includes(idOf(devices.right))).toBe(false);
    }
    const piece = passed[2]?.subarray(64, 96) ?? Buffer.alloc(0);
    expect([passed[0]?.includes(piece), passed[1]?.includes(piece)]).toEqual([false, false]);
  });

  it('is dialed again, through other hops, when the user names other peers', async () => {
    const devices = chain(3);
    const { network, left, hops, right } = devices;
    const { near, far } = await opened(devices);
    const apart = network.connects;
    network.connects = (from, to) =>
      apart(from, to) || [from, to].every((id) => id === idOf(nth(devices, 0)) || id === idOf(nth(devices, 2)));
    name(left, right, nth(devices, 0), nth(devices, 2));
    left.links.routeChanged(idOf(right));
    await run(network, 5000);
    expect(left.links.view(idOf(right))?.hops.map(({ peerId }) => peerId)).toEqual(
      [hops[0], hops[2]].map((hop) => hop?.identity.peerId),
    );
    expect(await carries(devices, near, far)).toBe(true);
    await run(network, 40_000);
    expect(hops.map(({ links }) => links.incomingHopSessions)).toEqual([0, 0, 1]);
  });
});
