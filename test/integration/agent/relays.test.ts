import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function relay(): Promise<RunningRelay> {
  const running = await runRelay();
  cleanUps.push(() => running.dispose());
  return running.relay;
}

async function device(name: string, url?: string): Promise<TestDevice> {
  const created = await TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }) });
  cleanUps.push(() => created.close());
  const problem = url === undefined ? null : await created.configure(url);
  if (problem !== null) throw new Error(`the relay did not let ${name} in: ${problem}`);
  return created;
}

test('a device without a relay takes the one of the link, and reaches its inviter there', async () => {
  const { url } = await relay();
  const [office, laptop] = [await device('office', url), await device('laptop')];
  await pairDevices(office, laptop, { form: 'link' });
  const ping = await laptop.api.call('peers.ping', { peer: 'office' });
  expect(ping).toMatchObject({ path: 'relay', address: url.replace('ws://', '') });
  expect((await laptop.api.call('status.get', {})).relay).toMatchObject({ url, state: 'online' });
});

test('two devices with projects of their own pair at the same relay and reach each other both ways', async () => {
  const { url } = await relay();
  const [office, laptop] = [await device('office', url), await device('laptop', url)];
  await pairDevices(office, laptop);
  expect((await laptop.api.call('peers.ping', { peer: 'office' })).path).toBe('relay');
  expect((await office.api.call('peers.ping', { peer: 'laptop' })).path).toBe('relay');
});

test('a link never takes a device away from the relay of its peers [S-RELAY-8]', async () => {
  const [home, foreign] = [await relay(), await relay()];
  const [office, laptop] = [await device('office', home.url), await device('laptop', home.url)];
  await pairDevices(office, laptop);
  const stranger = await device('stranger', foreign.url);
  const { link } = await stranger.api.call('pairing.invite', { allow: [], link: true });
  const joined = laptop.api.call('pairing.join', { codeOrLink: link ?? '', allow: [] });
  expect(await codeOf(joined)).toBe('pairing.other-relay');
  expect((await laptop.api.call('status.get', {})).relay.url).toBe(home.url);
  expect((await laptop.api.call('peers.ping', { peer: 'office' })).path).toBe('relay');
});

test('a link that names the own relay in another way is one of the own relay', async () => {
  const { url, port } = await relay();
  const [office, laptop] = [await device('office', `ws://localhost:${port}`), await device('laptop', url)];
  const tablet = await device('tablet', url);
  await pairDevices(laptop, tablet);
  await pairDevices(office, laptop, { form: 'link' });
  expect((await laptop.api.call('status.get', {})).relay.url).toBe(url);
  expect((await laptop.api.call('peers.list', {})).map(({ name }) => name)).toEqual(['office', 'tablet']);
});

test('a device that was forgotten cannot come back, until it is paired again [S-RELAY-11]', async () => {
  const { url } = await relay();
  const [office, laptop] = [await device('office', url), await device('laptop')];
  await pairDevices(office, laptop, { form: 'link' });
  await laptop.api.call('peers.ping', { peer: 'office' });
  await office.api.call('peers.forget', { peer: 'laptop' });
  expect(await codeOf(laptop.api.call('peers.ping', { peer: 'office' }))).toMatch(/^(peer\.forgot|relay\.|link\.)/);
  await pairDevices(office, laptop, { form: 'link' });
  expect((await laptop.api.call('peers.ping', { peer: 'office' })).path).toBe('relay');
});
