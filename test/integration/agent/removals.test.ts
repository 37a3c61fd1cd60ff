import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { freePort } from '#test/support/free-port.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { TerminalView } from '#test/support/hostile/terminal-view.ts';
import { LOOPBACK_ONLY, loopbackDirect } from '#test/support/loopback-transports.ts';
import { runRelay } from '#test/support/relay-clients.ts';

let relay: Awaited<ReturnType<typeof runRelay>>;
let office: TestDevice;
let server: TestDevice;
let laptop: TestDevice;
const serverDisk = new DeviceDisk();

async function device(name: string, disk = new DeviceDisk()): Promise<TestDevice> {
  const dialer = createRelayDialer({ clock: systemClock });
  return await TestDevice.create({ name, dialer, direct: loopbackDirect(() => LOOPBACK_ONLY), disk });
}

beforeAll(async () => {
  relay = await runRelay({ admission: 'token' });
  [office, server, laptop] = [await device('office'), await device('server', serverDisk), await device('laptop')];
  for (const one of [office, server, laptop]) {
    await one.api.call('network.set', { port: await freePort() });
    one.agent.start();
  }
  await office.configure(relay.relay.url, relay.relay.admissionToken);
  for (const joiner of [server, laptop]) await pairDevices(office, joiner, { form: 'link' });
  await until('server at the relay', async () => ((await server.start()) === null ? true : undefined));
  await pairDevices(server, laptop, { form: 'link' });
});
afterAll(async () => {
  for (const one of [laptop, server, office]) await one.close();
  await relay.dispose();
});

const suspendedAt = async (one: TestDevice) => (await one.peer(laptop))?.suspendedSince;

it('a device that its owner removes loses its direct path and its terminal at another machine, for good [S-RIGHT-7]', async () => {
  await until('a direct path', async () =>
    (await laptop.api.call('peers.ping', { peer: 'server' })).path === 'direct' ? true : undefined,
  );
  await laptop.api.call('peers.setPathMode', { peer: 'server', mode: 'direct-only' });
  const view = await TerminalView.open(laptop, server);
  await view.say('typed before');

  await office.api.call('peers.forget', { peer: 'laptop' });
  expect((await view.ended).code).toMatch(/^(terminal\.revoked|link\.)/);
  await until('the end of the link', async () => ((await server.peer(laptop))?.linked === false ? true : undefined));
  expect(await suspendedAt(server)).toBeTypeOf('number');
  expect(server.shell.last.heardText).toBe('typed before');
  // By the direct path that it knows, it gets no answer.
  expect(await codeOf(TerminalView.open(laptop, server))).toMatch(/^(direct|link|relay)\./);

  // Also where the report came while the machine was away, and after it was restarted.
  const before = await server.api.call('peers.list', {});
  await server.close();
  server = await device('server', serverDisk);
  await server.start();
  expect((await server.api.call('peers.list', {})).map(({ name }) => name)).toEqual(before.map(({ name }) => name));
  expect(await suspendedAt(server)).toBeTypeOf('number');
  expect(await codeOf(TerminalView.open(laptop, server))).toMatch(/^(direct|link|relay)\./);

  // The person at the server decides.
  await server.api.call('peers.readmit', { peer: 'laptop' });
  const again = await until('the terminal', async () => {
    const opened = await TerminalView.open(laptop, server).catch(() => undefined);
    return opened;
  });
  await again.say('typed after');
  expect(server.shell.last.heardText).toBe('typed after');
  // The same removal is told again with each welcome, and asks no second time.
  await server.api.call('agent.pause', { until: null });
  await server.api.call('agent.resume', {});
  await until('the relay', async () => ((await server.start()) === null ? true : undefined));
  await server.api.call('peers.list', {});
  expect(await suspendedAt(server)).toBeUndefined();
});
