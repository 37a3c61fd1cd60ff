import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DirectTransport } from '#agent/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { lanInterface, MemoryLan, type MemoryHost } from '#test/support/lan/memory-lan.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '#test/support/loopback-transports.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const lan = new MemoryLan();
const disk = new DeviceDisk();
const officeDisk = new DeviceDisk();
const officeHost = lan.host(lanInterface('127.0.0.1'));
const began = Date.now();
let office: TestDevice;
let laptop: TestDevice;
let officeDirect: DirectTransport;

async function device(name: string, direct: DirectTransport, host: MemoryHost, on = new DeviceDisk()) {
  const dialer = createRelayDialer({ clock: systemClock });
  return await TestDevice.create({ name, dialer, direct, lan: host, disk: on });
}

beforeAll(async () => {
  const relay = await runRelay();
  officeDirect = loopbackDirect(() => LOOPBACK_ONLY);
  office = await device('office', officeDirect, officeHost, officeDisk);
  // It takes no connections: the two are linked only when it dials.
  const host = lan.host(lanInterface('127.0.0.2'));
  const first = await device(
    'laptop',
    loopbackDirect(() => []),
    host,
    disk,
  );
  await office.api.call('network.set', { port: await freePort() });
  await first.api.call('network.set', { listen: 'outbound-only' });
  for (const one of [office, first]) {
    await one.configure(relay.relay.url);
    one.agent.start();
  }
  await pairDevices(office, first);
  await first.close();
  await relay.dispose();
  laptop = await device(
    'laptop',
    loopbackDirect(() => []),
    host,
    disk,
  );
  laptop.agent.start();
});
afterAll(async () => {
  await laptop.close();
  await office.close();
});

const nearby = async () => (await laptop.api.call('discovery.get', {})).devices.filter(({ peer }) => peer !== null);

it(
  'a peer in the local network is online once it has answered, and no longer than it does',
  { timeout: 60_000 },
  async () => {
    await until('the announcement', async () => ((await nearby()).length > 0 ? true : undefined));
    expect(await laptop.peer(office)).toMatchObject({ online: false, path: 'offline', linked: false, rtt: null });

    const [measured] = await laptop.api.call('peers.list', { measure: true });
    expect(measured).toMatchObject({ online: true, path: 'direct', linked: true });
    expect(measured?.rtt).toBeTypeOf('number');

    // As if it was killed: its connections break, its port is closed, and its announcement is still remembered.
    await officeDirect.close();
    const gone = await until('the end of it', async () => {
      const peer = await laptop.peer(office);
      return peer?.online === false && !peer.linked ? peer : undefined;
    });
    expect(gone.rtt).toBeNull();
    expect(gone.lastSeenAt).toBeGreaterThanOrEqual(began);
    expect(await nearby()).toEqual([]);
    const [again] = await laptop.api.call('peers.list', { measure: true });
    expect(again).toMatchObject({ online: false, linked: false, rtt: null });
    expect(again?.path).not.toBe('relay');

    // It begins again, and is found without waiting for anything to run out.
    await office.close();
    office = await device(
      'office',
      loopbackDirect(() => LOOPBACK_ONLY),
      officeHost,
      officeDisk,
    );
    office.agent.start();
    await until('the peer again', async () => {
      const [peer] = await laptop.api.call('peers.list', { measure: true });
      return peer?.online === true && peer.path === 'direct' ? true : undefined;
    });
  },
);
