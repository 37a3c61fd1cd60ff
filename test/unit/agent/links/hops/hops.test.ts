import { describe, expect, it } from 'vitest';
import { codeOf } from '#test/support/rejections.ts';
import type { Device, FakeNetwork } from '../network.ts';
import { run, three, type Three } from '../three.ts';

const viewOf = (from: Device, to: Device) => from.links.view(to.identity.peerId);
const timesRung = (from: Device, to: Device): number => from.port.rung.filter((id) => id === to.identity.peerId).length;

/** The session goes through the hop, the only way there is. */
async function bridged(): Promise<Three> {
  const devices = await three();
  devices.separate();
  await run(devices.network, 2000);
  expect(viewOf(devices.left, devices.right)).toMatchObject({ path: 'via', state: 'up' });
  expect(await devices.carries()).toBe(true);
  return devices;
}

describe('a session that has only a hop left', () => {
  it('is there again by itself after that peer was killed and restarted', async () => {
    const { network, left, hop, right, session, carries, again } = await bridged();
    let alive = hop;
    for (const pause of [0, 3000, 60_000]) {
      network.kill(alive);
      await run(network, pause);
      alive = again();
      await run(network, 12_000);
      expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'up', via: hop.identity.peerId });
      expect(await carries()).toBe(true);
    }
    expect(left.links.current(right.identity.peerId)).toBe(session);
  });

  it('also where that peer reaches nobody, and both sides have to link with it', async () => {
    const { network, left, hop, right, carries, again } = await bridged();
    const { connects } = network;
    network.connects = (from, to) => connects(from, to) && from !== hop.identity.peerId;
    network.kill(hop);
    await run(network, 5000);
    const reborn = again();
    await run(network, 15_000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'up' });
    expect(await carries()).toBe(true);
    expect(reborn.linked.toSorted()).toEqual([left.identity.peerId, right.identity.peerId].toSorted());
  });

  it('also where a person has named that peer', async () => {
    const { network, left, hop, right, carries, again } = await three();
    left.routes.set(right.identity.peerId, { mode: 'auto', hops: [hop.identity.peerId], addresses: [] });
    left.links.routeChanged(right.identity.peerId);
    await run(network, 2000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', why: 'chosen' });
    network.kill(hop);
    await run(network, 20_000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'doubtful' });
    again();
    await run(network, 12_000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'up', via: hop.identity.peerId });
    expect(await carries()).toBe(true);
  });

  it('also when that peer was not killed, but cut off from one side until its session was over', async () => {
    const { network, left, hop, right, carries } = await bridged();
    const { connects } = network;
    const lost = new Set([left.identity.peerId, hop.identity.peerId]);
    network.connects = (from, to) => connects(from, to) && !(lost.has(from) && lost.has(to));
    network.cutOff(left.identity.peerId, hop.identity.peerId);
    await left.links.drop(hop.identity.peerId, 'lost');
    await run(network, 40_000);
    expect(viewOf(left, right)).toMatchObject({ state: 'reconnecting' });
    network.connects = connects;
    network.tellPresence();
    await run(network, 5000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'up' });
    expect(await carries()).toBe(true);
  });

  it('is not kept waiting by a link of that peer that has lost its path with nothing on it', async () => {
    const { network, left, hop, right, separate } = await three();
    await hop.links.session(right.identity.peerId);
    await run(network, 1000);
    // The right one finds out at once, the hop dials nobody for a session that nothing uses.
    network.cutOff(hop.identity.peerId, right.identity.peerId);
    await run(network, 500);
    expect(hop.links.current(right.identity.peerId)).toBeDefined();
    expect(hop.links.view(right.identity.peerId)).toBeUndefined();
    separate();
    await run(network, 2000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'up' });
  });

  it.each<[string, (devices: Three, connects: FakeNetwork['connects']) => void]>([
    [
      'another way carries it',
      ({ network }, connects): void => {
        network.connects = connects;
        network.tellPresence();
      },
    ],
    [
      'it has ended',
      ({ left, right }): void => {
        void left.links.drop(right.identity.peerId, 'enough');
        void right.links.drop(left.identity.peerId, 'enough');
      },
    ],
    [
      'the person wants another way',
      ({ left, right }): void => {
        for (const [one, other] of [
          [left, right],
          [right, left],
        ] as const) {
          one.routes.set(other.identity.peerId, { mode: 'relay-only', hops: [], addresses: [] });
          one.links.routeChanged(other.identity.peerId);
        }
      },
    ],
  ])('leaves that peer alone when %s', async (_when, end) => {
    const devices = await three();
    const { network, left, hop, right, separate, again } = devices;
    const { connects } = network;
    separate();
    await run(network, 2000);
    expect(viewOf(left, right)).toMatchObject({ path: 'via', state: 'up' });
    network.kill(hop);
    await run(network, 3000);
    end(devices, connects);
    await run(network, 2000);
    void right.links.drop(hop.identity.peerId, 'nothing to wait for');
    void left.links.drop(hop.identity.peerId, 'nothing to wait for');
    await run(network, 3000);
    const before = timesRung(left, hop) + timesRung(right, hop);
    again();
    await run(network, 60_000);
    expect(timesRung(left, hop) + timesRung(right, hop)).toBe(before);
  });

  it('does not link with peers that have never passed it on', async () => {
    const { network, left, hop, right, separate } = await three();
    await left.links.drop(hop.identity.peerId, 'not needed');
    await run(network, 2000);
    const before = [timesRung(left, hop), timesRung(right, hop)];
    separate();
    await run(network, 120_000);
    expect(viewOf(left, right)).toMatchObject({ state: 'reconnecting' });
    expect([timesRung(left, hop), timesRung(right, hop)]).toEqual(before);
  });
});

describe('automatic use of a hop', () => {
  it('raises no request there, and asks at most once a minute [S-LINK-17]', async () => {
    const devices = await three({ hop: { relay: 'ask' } });
    const { network, left, hop, right, separate } = devices;
    let opened = 0;
    const atHop = hop.links.current(left.identity.peerId);
    const { onStream } = atHop ?? {};
    if (atHop !== undefined)
      atHop.onStream = (stream) => {
        opened += 1;
        onStream?.(stream);
      };
    separate();
    await run(network, 300_000);
    expect(viewOf(left, right)).toMatchObject({ state: 'reconnecting' });
    expect(hop.asked).toEqual([]);
    expect(opened).toBeGreaterThan(1);
    expect(opened).toBeLessThanOrEqual(6);
  });

  it('raises one where a person has named that peer, and not again at every retry [S-LINK-17]', async () => {
    const { network, left, hop, right, separate } = await three({ hop: { relay: 'ask' } });
    left.routes.set(right.identity.peerId, { mode: 'auto', hops: [hop.identity.peerId], addresses: [] });
    separate();
    left.links.routeChanged(right.identity.peerId);
    await run(network, 300_000);
    expect(hop.asked).toEqual([left.identity.peerId]);
    left.links.reconnectNow(right.identity.peerId);
    await run(network, 5000);
    expect(hop.asked).toHaveLength(2);
  });
});

describe('peers that are each named as the hop to the other', () => {
  const name = (at: Device, to: Device, via: Device): void =>
    void at.routes.set(to.identity.peerId, { mode: 'auto', hops: [via.identity.peerId], addresses: [] });

  it('are an error at the one device that says so, and nothing waits for itself [S-LINK-17]', async () => {
    const { network, left, hop, right } = await three();
    await Promise.all([left.links.drop(right.identity.peerId, 'anew'), left.links.drop(hop.identity.peerId, 'anew')]);
    name(left, right, hop);
    name(left, hop, right);
    const codes = [right, hop].map((peer) => codeOf(() => left.links.session(peer.identity.peerId)));
    await run(network, 1000);
    expect(await Promise.all(codes)).toEqual(['via.chain', 'via.chain']);
    expect(timesRung(left, hop) + timesRung(left, right)).toBe(2);
  });

  it('are an error in the end at two devices that go through each other to a third [S-LINK-17]', async () => {
    const { network, left, hop, right } = await three();
    await Promise.all([left.links.drop(right.identity.peerId, 'anew'), left.links.drop(hop.identity.peerId, 'anew')]);
    const { connects } = network;
    network.connects = (from, to) => connects(from, to) && to !== right.identity.peerId;
    name(left, right, hop);
    name(hop, right, left);
    const before = timesRung(left, hop) + timesRung(hop, left);
    const asked = [left, hop].map((from) => codeOf(() => from.links.session(right.identity.peerId)));
    await run(network, 20_000);
    expect(await Promise.all(asked)).toEqual(['via.hop-lost', 'via.hop-lost']);
    expect(timesRung(left, hop) + timesRung(hop, left) - before).toBeLessThanOrEqual(2);
  });
});
