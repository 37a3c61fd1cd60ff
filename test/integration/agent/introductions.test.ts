import { describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '#test/support/loopback-transports.ts';
import { runRelay } from '#test/support/relay-clients.ts';
import { shareAmongTests } from '#test/support/shared.ts';

function device(name: string): Promise<TestDevice> {
  return TestDevice.create({
    name,
    dialer: createRelayDialer({ clock: systemClock }),
    direct: loopbackDirect(() => LOOPBACK_ONLY),
  });
}

describe('two peers', () => {
  let relay: Awaited<ReturnType<typeof runRelay>>;
  let office: TestDevice;
  let laptop: TestDevice;

  shareAmongTests(async (defer) => {
    relay = await runRelay();
    defer(() => relay.dispose());
    office = await device('office');
    defer(() => office.close());
    laptop = await device('laptop');
    defer(() => laptop.close());
    for (const each of [office, laptop]) {
      await each.api.call('network.set', { port: await freePort() });
      await each.configure(relay.relay.url);
      each.agent.start();
    }
    // So that it is always the laptop that dials.
    await laptop.api.call('network.set', { listen: 'outbound-only' });
    await pairDevices(office, laptop);
  });

  it('know what the other one runs on, once they are linked', async () => {
    const word = { linux: 'linux', darwin: 'macos', win32: 'windows' }[process.platform as string] ?? 'other';
    const system = async (one: TestDevice, other: TestDevice) =>
      await until('the system of the other', async () => (await one.peer(other))?.system);
    expect([await system(office, laptop), await system(laptop, office)]).toEqual([word, word]);
  });

  it('tell where the other one was dialed directly, and what came of it', async () => {
    const tried = await until('a direct path', async () => (await laptop.peer(office))?.tried);
    const port = (await office.api.call('network.get', {})).listening;
    expect(tried.addresses).toEqual([{ address: `127.0.0.1:${port}`, outcome: 'worked' }]);
  });
});
