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
  middle: Machine;
}>;

/** All at one relay and paired; the middle one passes both on. */
async function threeMachines(): Promise<Three> {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const [laptop, office, middle] = [await machine('laptop'), await machine('office'), await machine('middle')];
  for (const { device } of [laptop, office, middle]) {
    await device.start();
    await device.configure(relay.url);
  }
  // The two ends take no connections: each of them has to link with the middle one itself.
  for (const { device } of [laptop, office]) await device.api.call('network.set', { listen: 'outbound-only' });
  const port = (await middle.device.api.call('network.get', {})).listening ?? 0;
  await middle.device.api.call('network.set', { port });
  await pairDevices(office.device, laptop.device);
  await pairDevices(middle.device, laptop.device, { allow: ['relay'] });
  await pairDevices(middle.device, office.device, { allow: ['relay'] });
  return { relay, laptop, office, middle };
}

it('a terminal through a middle device goes on by itself when that one was killed and restarted, and nothing else is there', async () => {
  const { relay, laptop, office, middle } = await threeMachines();
  const link = async () => (await laptop.device.peer(office.device))?.link;
  for (const { device } of [laptop, office]) {
    await device.api.call('peers.ping', { peer: 'middle' });
    await expect.poll(async () => (await device.peer(middle.device))?.path).toBe('direct');
  }

  const { channel: id } = await laptop.device.api.call('terminal.open', { peer: 'office', ...SIZE });
  const channel = laptop.device.api.channel(id);
  await relay.close({ drain: 0 });
  await expect.poll(async () => (await link())?.via, { timeout: 15_000 }).toBe('middle');
  await echoes(channel, 'before');

  let current = middle;
  for (const [round, pause] of [0, 3000].entries()) {
    await kill(current);
    await new Promise((resolve) => void setTimeout(resolve, pause));
    const back = performance.now();
    current = await machine('middle', middle.device.disk);
    current.device.agent.start();
    await echoes(channel, `after ${round}`);
    console.info(`middle away for ${pause} ms: bytes ${Math.round(performance.now() - back)} ms after its start`);
    expect(await link()).toMatchObject({ state: 'up', via: 'middle' });
  }
}, 90_000);

it('peers that a person names as the way to each other are refused at once, and the one named first keeps working', async () => {
  const { laptop } = await threeMachines();
  const { api } = laptop.device;
  const name = (peer: string, via: string): Promise<string> =>
    codeOf(api.call('peers.setPathMode', { peer, mode: 'auto', via }));
  expect(await name('office', 'middle')).toBe('no error');
  expect(await name('middle', 'office')).toBe('via.chain');
  expect(await name('middle', 'middle')).toBe('via.self');
  await expect.poll(() => api.call('peers.ping', { peer: 'office' })).toMatchObject({ path: 'via' });
  expect(await api.call('peers.ping', { peer: 'middle' })).not.toMatchObject({ path: 'via' });
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
