import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { Scene } from '#test/support/hostile/scene.ts';

let clock: FakeClock;
let scene: Scene;
let office: TestDevice;
let laptop: TestDevice;

beforeEach(async () => {
  clock = new FakeClock(Date.now());
  scene = new Scene(clock);
  office = await scene.device('office');
  laptop = await scene.device('laptop');
  await pairDevices(office, laptop);
  await laptop.api.call('peers.ping', { peer: 'office' });
});
afterEach(() => scene.close());

const removal = async () => ({
  forgottenAt: (await laptop.peer(office))?.forgottenAt,
  audited: (await laptop.audit('peer.forgot')).length,
});

describe('a CLOSE that says that the other device has removed this one', () => {
  it('counts for the pairing that it names, not for a later one [S-PAIR-22]', async () => {
    const { bridge } = scene.relay;
    const held: Uint8Array[] = [];
    bridge.onRecord = ({ from, record }) => {
      if (from !== 'office') return [record];
      held.push(record);
      return [];
    };
    // Its side of the connection stays open, as over a slow proxy.
    bridge.end = () => undefined;
    await office.api.call('peers.forget', { peer: 'laptop' });
    await settle(10);
    await clock.advance(1000);
    await settle(10);
    // No new session yet.
    scene.relay.fromAgent = (_name, message) => (message.type === 'connect' ? [] : [message]);
    await clock.advance(1);
    await pairDevices(office, laptop);
    expect(held.length).toBeGreaterThan(0);
    for (const record of held) bridge.inject('laptop', record);
    await settle(10);
    expect(await laptop.audit('peer.unlinked')).toMatchObject([{ fields: { code: 'link.forgotten' } }]);
    expect(await removal()).toEqual({ forgottenAt: undefined, audited: 0 });
  });

  it('counts when the two have paired again over the same session [S-PAIR-22]', async () => {
    const { bridge } = scene.relay;
    await clock.advance(1);
    await pairDevices(office, laptop);
    expect([scene.relay.bridge.id, bridge.isOver]).toEqual([bridge.id, false]);
    await office.api.call('peers.forget', { peer: 'laptop' });
    await settle(10);
    expect(await removal()).toEqual({ forgottenAt: clock.now(), audited: 1 });
  });
});
