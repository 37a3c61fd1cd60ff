import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { codeOf, pairDevices, type DeviceDisk } from '#test/support/hostile/device.ts';
import { kill, startMachine, type Machine } from '#test/support/hostile/machine.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function machine(name: string, disk?: DeviceDisk): Promise<Machine> {
  const started = await startMachine(name, disk);
  cleanUps.push(() => kill(started));
  return started;
}

type Four = Readonly<{ laptop: Machine; nas: Machine; lab: Machine; target: Machine }>;

/** laptop – nas – lab – target: each is paired with the next, the laptop with all; those in between let the laptop pass. */
async function fourMachines(): Promise<Four> {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const laptop = await machine('laptop');
  const [nas, lab, target] = [await machine('nas'), await machine('lab'), await machine('target')];
  for (const { device } of [laptop, nas, lab, target]) {
    await device.start();
    await device.configure(relay.url);
  }
  await pairDevices(nas.device, laptop.device, { allow: ['relay'] });
  await pairDevices(lab.device, laptop.device, { allow: ['relay'] });
  await pairDevices(target.device, laptop.device, { allow: ['forward'] });
  await pairDevices(nas.device, lab.device, { allow: [] });
  await pairDevices(lab.device, target.device, { allow: [] });
  return { laptop, nas, lab, target };
}

/** Sends so many bytes to everybody who connects, and says their hash. */
async function source(bytes: number): Promise<Readonly<{ port: number; hash: string }>> {
  const data = randomBytes(bytes);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(data);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, hash: createHash('sha256').update(data).digest('hex') };
}

/** A port of the laptop that leads to one of the target. */
async function bridge({ device }: Machine, peer: string, port: number): Promise<number> {
  const { address } = await device.api.call('forwards.add', {
    rule: {
      kind: 'tcp-bridge',
      name: 'bridge',
      enabled: true,
      peer,
      direction: 'local',
      listen: { host: '127.0.0.1', port: 0 },
      to: { host: 'localhost', port },
    },
  });
  return Number(/:(\d+)$/u.exec(address ?? '')?.[1]);
}

/** All that comes at a port, as a hash; `after` runs once a part of it has come. */
async function fetchHash(port: number, after?: () => Promise<void>): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const hash = createHash('sha256');
  let begun: Promise<void> | undefined;
  for await (const chunk of socket) {
    hash.update(chunk as Uint8Array);
    begun ??= after?.();
  }
  await begun;
  return hash.digest('hex');
}

const viaBoth = async ({ device }: Machine): Promise<void> => {
  await device.api.call('peers.setPathMode', { peer: 'target', mode: 'auto', via: ['nas', 'lab'] });
};

it('carries a transfer through two devices byte for byte, says how far each is, and is undone', async () => {
  const { laptop, target } = await fourMachines();
  const { api } = laptop.device;
  await viaBoth(laptop);
  // The link that the pairing has made moves over.
  await expect
    .poll(async () => (await api.call('peers.ping', { peer: 'target' })).path, { timeout: 15_000 })
    .toBe('via');
  const path = await api.call('peers.ping', { peer: 'target' });
  expect(path).toMatchObject({ path: 'via', hops: [{ name: 'nas' }, { name: 'lab' }] });
  expect(path.hops?.every(({ rtt }) => typeof rtt === 'number' && rtt >= 0)).toBe(true);
  const { port, hash } = await source(8 * 1024 * 1024);
  const local = await bridge(laptop, target.device.peerId, port);
  expect(await fetchHash(local)).toBe(hash);
  expect(await laptop.device.peer(target.device)).toMatchObject({
    path: 'via',
    pathVia: [{ name: 'nas' }, { name: 'lab' }],
    link: {
      via: 'nas → lab',
      hops: [
        { name: 'nas', lost: false },
        { name: 'lab', lost: false },
      ],
    },
  });
  await api.call('peers.setPathMode', { peer: 'target', mode: 'auto' });
  await expect.poll(async () => (await laptop.device.peer(target.device))?.path, { timeout: 15_000 }).not.toBe('via');
}, 90_000);

it.each(['nas', 'lab'] as const)(
  'goes on with a transfer when %s was killed and restarted in the middle of it, byte for byte',
  async (name) => {
    const four = await fourMachines();
    const { laptop, target } = four;
    await viaBoth(laptop);
    await laptop.device.api.call('peers.ping', { peer: 'target' });
    const { port, hash } = await source(32 * 1024 * 1024);
    const local = await bridge(laptop, target.device.peerId, port);
    let back = 0;
    const fetched = await fetchHash(local, async () => {
      await kill(four[name]);
      const again = await machine(name, four[name].device.disk);
      again.device.agent.start();
      back = performance.now();
    });
    console.info(`${name} back: the transfer was whole ${Math.round(performance.now() - back)} ms later`);
    expect(fetched).toBe(hash);
    expect(await laptop.device.peer(target.device)).toMatchObject({ path: 'via', link: { via: 'nas → lab' } });
  },
  120_000,
);

it('names the device that is away, and the one from which it was not reached', async () => {
  const four = await fourMachines();
  const { api } = four.laptop.device;
  await viaBoth(four.laptop);
  await kill(four.lab);
  const failure = (): Promise<unknown> => api.call('peers.ping', { peer: 'target' }).catch((error: unknown) => error);
  await expect
    .poll(failure, { timeout: 30_000 })
    .toMatchObject({ code: 'via.hop-lost', details: { hop: 'lab', before: 'nas' } });
}, 60_000);

it('asks the person at the device that has not decided, once, because the chain was named; and obeys a no', async () => {
  const { laptop, nas, lab } = await fourMachines();
  await lab.device.api.call('rights.set', { peer: 'laptop', right: 'relay', decision: 'ask', expiresAt: null });
  await viaBoth(laptop);
  await expect.poll(async () => (await lab.device.api.call('approvals.list', {})).length, { timeout: 15_000 }).toBe(1);
  const [request] = await lab.device.api.call('approvals.list', {});
  expect(request).toMatchObject({ peerName: 'laptop', right: 'relay' });
  expect(await nas.device.api.call('approvals.list', { all: true })).toEqual([]);
  await lab.device.api.call('approvals.decide', { id: request?.id ?? 0, decision: 'not-now' });
  const code = (): Promise<string> => codeOf(laptop.device.api.call('peers.ping', { peer: 'target' }));
  await expect.poll(code, { timeout: 30_000 }).toBe('via.refused');
}, 60_000);

it('is refused where it would lead round in a circle, through itself, or through a first device that is reached through others', async () => {
  const { laptop } = await fourMachines();
  const { api } = laptop.device;
  const name = (peer: string, ...via: string[]): Promise<string> =>
    codeOf(api.call('peers.setPathMode', { peer, mode: 'auto', via }));
  expect(await name('target', 'nas', 'target')).toBe('via.self');
  expect(await name('target', 'nas', 'lab', 'nas')).toBe('via.loop');
  expect(await name('target', 'nas', 'nobody')).toBe('peer.unknown');
  expect(await name('target', 'nas', 'lab', 'nas', 'lab', 'nas')).toBe('control.invalid');
  expect(await name('lab', 'nas')).toBe('no error');
  expect(await name('target', 'lab')).toBe('via.chain');
  expect(await name('target', 'nas', 'lab')).toBe('no error');
}, 60_000);
