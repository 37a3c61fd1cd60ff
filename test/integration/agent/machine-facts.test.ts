import { afterEach, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { until } from '#test/support/e2e/until.ts';
import { pairDevices, TestDevice, type DeviceDisk } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function create(name: string, disk?: DeviceDisk): Promise<TestDevice> {
  const device = await TestDevice.create({
    name,
    dialer: createRelayDialer({ clock: systemClock }),
    machine: () => ({ os: 'Debian 12', up: 90, user: `${name}-user` }),
    ...(disk === undefined ? {} : { disk }),
  });
  cleanUps.push(() => device.close());
  return device;
}

async function deviceAt(name: string, url: string): Promise<TestDevice> {
  const device = await create(name);
  expect(await device.configure(url)).toBeNull();
  return device;
}

async function restarted(device: TestDevice): Promise<TestDevice> {
  await device.close();
  const next = await create(device.name, device.disk);
  next.agent.start();
  await next.api.call('relay.ready', { timeout: 5000 });
  return next;
}

it('a machine tells facts about itself to those with a permission there, and links count what they carry', async () => {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const office = await deviceAt('office', relay.url);
  const first = await deviceAt('laptop', relay.url);
  const { inviterWords, joinerWords } = await pairDevices(office, first, { compare: false });
  await first.api.call('peers.ping', { peer: 'office' });
  await until('the system', async () => (await first.api.call('peers.get', { peer: 'office' })).system);
  expect((await first.api.call('peers.get', { peer: 'office' })).facts).toBe(undefined);
  expect((await first.api.call('peers.get', { peer: 'office' })).comparedThere).toBe(undefined);
  // From then on the permission counts, also on the link that is there: no minute passes.
  await office.api.call('pairing.confirm', { peer: 'laptop', words: [...inviterWords] });
  await until('the facts', async () => (await first.api.call('peers.get', { peer: 'office' })).facts, 20_000);
  expect((await first.api.call('peers.get', { peer: 'office' })).comparedThere).toBe(true);
  await first.api.call('pairing.confirm', { peer: 'office', words: [...joinerWords] });
  // This side allows nothing with it, and the other one learns it nevertheless.
  await until('the words', async () => (await office.api.call('peers.get', { peer: 'laptop' })).comparedThere);
  const before = await first.api.call('peers.measurements', { peer: 'office' });
  expect(before.today.sent).toBeGreaterThan(0);
  expect(before.today.received).toBeGreaterThan(0);

  // They are not kept over a restart; the next link asks again.
  const laptop = await restarted(first);
  const after = await laptop.api.call('peers.measurements', { peer: 'office' });
  expect(after.today.since).toBe(before.today.since);
  expect(after.today.sent).toBeGreaterThanOrEqual(before.today.sent);
  await laptop.api.call('peers.ping', { peer: 'office' });
  const facts = await until('the facts', async () => (await laptop.api.call('peers.get', { peer: 'office' })).facts);
  expect(facts).toMatchObject({ os: 'Debian 12', version: '0.0.0', user: 'office-user' });
  expect(facts.at - (facts.startedAt ?? 0)).toBe(90_000);
  // The laptop allows nothing, so the other side learns only the kind of its system.
  await until('the system', async () => (await office.api.call('peers.get', { peer: 'laptop' })).system);
  expect((await office.api.call('peers.get', { peer: 'laptop' })).facts).toBe(undefined);
});

it('a machine names to each peer what that one may do there, and each change at once, also several in a row', async () => {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const office = await deviceAt('office', relay.url);
  const laptop = await deviceAt('laptop', relay.url);
  await pairDevices(office, laptop);
  await laptop.api.call('peers.ping', { peer: 'office' });
  const named = async () => (await laptop.api.call('peers.get', { peer: 'office' })).rightsThere?.rights;
  const asking = {
    terminal: 'ask',
    view: 'ask',
    forward: 'ask',
    relay: 'ask',
    prompt: 'ask',
    message: 'ask',
    send: 'ask',
    wake: 'ask',
    files: 'deny',
    introduce: 'ask',
  } as const;
  for (const right of [
    'terminal',
    'view',
    'forward',
    'relay',
    'prompt',
    'message',
    'send',
    'wake',
    'introduce',
  ] as const)
    await office.api.call('rights.set', { peer: 'laptop', right, decision: 'ask', expiresAt: null });
  await until('the questions', async () => ((await named())?.terminal === 'ask' ? true : undefined));
  expect(await named()).toEqual(asking);
  // An end counts too, and a new one of the same decision.
  const ends = async () => (await laptop.api.call('peers.get', { peer: 'office' })).rightsThere?.ends;
  for (const end of [Date.now() + 60_000, Date.now() + 120_000]) {
    await office.api.call('rights.set', { peer: 'laptop', right: 'terminal', decision: 'allow', expiresAt: end });
    await until('the end', async () => ((await ends())?.terminal === end ? true : undefined));
  }
  await office.api.call('rights.set', { peer: 'laptop', right: 'terminal', decision: 'allow', expiresAt: null });
  await office.api.call('rights.set', { peer: 'laptop', right: 'forward', decision: 'deny', expiresAt: null });
  await until('both', async () => {
    const rights = await named();
    return rights?.terminal === 'allow' && rights.forward === 'deny' ? rights : undefined;
  });
  expect(await named()).toEqual({ ...asking, terminal: 'allow', forward: 'deny' });
  // What the laptop decides is another thing.
  expect((await office.api.call('peers.get', { peer: 'laptop' })).rightsThere?.rights).not.toMatchObject({
    forward: 'deny',
  });
});

it('the order of lists and the last use are one for all windows', async () => {
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  const office = await deviceAt('office', relay.url);
  const laptop = await deviceAt('laptop', relay.url);
  await pairDevices(office, laptop);
  const { peerId } = office.identity;
  expect((await laptop.api.call('status.get', {})).machineOrder).toBe('mine');
  const told = new Promise((resolve) => laptop.api.on('status.changed', ({ machineOrder }) => resolve(machineOrder)));
  await laptop.api.call('peers.setOrder', { order: 'recent' });
  expect(await told).toBe('recent');
  const used = until('the use', async () => (await laptop.api.call('peers.get', { peer: 'office' })).usedAt);
  await laptop.api.call('peers.markUsed', { peers: [{ peer: 'A'.repeat(56) }, { peer: peerId }] });
  expect(await used).toBeLessThanOrEqual(Date.now());
});
