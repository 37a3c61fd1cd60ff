import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { TcpFaultProxy } from '#test/support/faults/index.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function deviceAt(name: string, url: string): Promise<TestDevice> {
  const device = await TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }) });
  cleanUps.push(() => device.close());
  expect(await device.configure(url)).toBeNull();
  return device;
}

it('a peer that has fallen silent is not online because the relay still says so, until it gives a sign of life', async () => {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const proxy = await TcpFaultProxy.start({ target: { port: relay.port } });
  cleanUps.push(() => proxy.close());
  const office = await deviceAt('office', `ws://127.0.0.1:${proxy.port}`);
  const laptop = await deviceAt('laptop', relay.url);
  await pairDevices(office, laptop);
  await laptop.api.call('peers.ping', { peer: 'office' });
  const look = async () => await laptop.api.call('peers.get', { peer: 'office' });
  proxy.stall();
  await until('the loss of the path', async () => ((await look()).linked ? undefined : true), 60_000);
  // The relay finds out much later.
  const seen = new Set<string>();
  for (let looks = 0; looks < 20; looks += 1) {
    const { online, path } = await look();
    seen.add(`${path}, ${online ? 'online' : 'not online'}`);
    await delay(250);
  }
  expect([...seen]).toEqual(['offline, not online']);
  proxy.resume();
  await until('a sign of life', async () => ((await look()).online ? true : undefined));
}, 120_000);
