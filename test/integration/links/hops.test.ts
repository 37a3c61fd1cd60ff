import { afterEach, expect, it } from 'vitest';
import type { AppChannel } from '#shared/app-api/index.ts';
import { codeOf, pairDevices, type DeviceDisk } from '#test/support/hostile/device.ts';
import { kill, startMachine, type Machine } from '#test/support/hostile/machine.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function machine(name: string, disk?: DeviceDisk): Promise<Machine> {
  const started = await startMachine(name, disk);
  cleanUps.push(() => kill(started));
  return started;
}

const SIZE = { cols: 80, rows: 24, term: 'dumb' };

type Three = Readonly<{
  relay: Awaited<ReturnType<typeof runRelay>>['relay'];
  laptop: Machine;
  office: Machine;
  hop: Machine;
}>;

/** All at one relay and paired; the hop passes both on. */
async function threeMachines(): Promise<Three> {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const [laptop, office, hop] = [await machine('laptop'), await machine('office'), await machine('hop')];
  for (const { device } of [laptop, office, hop]) {
    await device.start();
    await device.configure(relay.url);
  }
  // The two ends take no connections: each of them has to link with the hop itself.
  for (const { device } of [laptop, office]) await device.api.call('network.set', { listen: 'outbound-only' });
  const port = (await hop.device.api.call('network.get', {})).listening ?? 0;
  await hop.device.api.call('network.set', { port });
  await pairDevices(office.device, laptop.device);
  await pairDevices(hop.device, laptop.device, { allow: ['relay'] });
  await pairDevices(hop.device, office.device, { allow: ['relay'] });
  return { relay, laptop, office, hop };
}

it('a terminal through a hop goes on by itself after the hop was killed and restarted, without any other path', async () => {
  const { relay, laptop, office, hop } = await threeMachines();
  const link = async () => (await laptop.device.peer(office.device))?.link;
  for (const { device } of [laptop, office]) {
    await device.api.call('peers.ping', { peer: 'hop' });
    await expect.poll(async () => (await device.peer(hop.device))?.path).toBe('direct');
  }

  const { channel: id } = await laptop.device.api.call('terminal.open', { peer: 'office', ...SIZE });
  const channel = laptop.device.api.channel(id);
  await relay.close({ drain: 0 });
  await expect.poll(async () => (await link())?.via, { timeout: 15_000 }).toBe('hop');
  await echoes(channel, 'before');

  let current = hop;
  for (const [round, pause] of [0, 3000].entries()) {
    await kill(current);
    await new Promise((resolve) => void setTimeout(resolve, pause));
    const back = performance.now();
    current = await machine('hop', hop.device.disk);
    current.device.agent.start();
    await echoes(channel, `after ${round}`);
    console.info(`hop away for ${pause} ms: bytes ${Math.round(performance.now() - back)} ms after its start`);
    expect(await link()).toMatchObject({ state: 'up', via: 'hop' });
  }
}, 90_000);

it('peers named as the hop to each other are refused at once, and the one named first keeps working', async () => {
  const { laptop } = await threeMachines();
  const { api } = laptop.device;
  const name = (peer: string, via: string): Promise<string> =>
    codeOf(api.call('peers.setPathMode', { peer, mode: 'auto', via }));
  expect(await name('office', 'hop')).toBe('no error');
  expect(await name('hop', 'office')).toBe('via.chain');
  expect(await name('hop', 'hop')).toBe('via.self');
  await expect.poll(() => api.call('peers.ping', { peer: 'office' })).toMatchObject({ path: 'via' });
  expect(await api.call('peers.ping', { peer: 'hop' })).not.toMatchObject({ path: 'via' });
}, 60_000);

/** What is typed comes back. */
async function echoes(channel: AppChannel, word: string): Promise<void> {
  await channel.write(new TextEncoder().encode(`${word}\n`));
  let seen = '';
  while (!seen.includes(word)) {
    const bytes = await channel.read();
    if (bytes === null) throw new Error('the terminal has ended');
    seen += new TextDecoder().decode(bytes);
  }
}
