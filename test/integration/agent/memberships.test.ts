import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { codeOf, DeviceDisk, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { clientOf, runRelay } from '#test/support/relay-clients.ts';

/** A relay that lets nobody in without its token. */
let running: Awaited<ReturnType<typeof runRelay>>;
const cleanUps: (() => Promise<void>)[] = [];

beforeEach(async () => {
  running = await runRelay({ admission: 'token' });
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await running.dispose();
});

async function device(name: string, disk = new DeviceDisk()): Promise<TestDevice> {
  const created = await TestDevice.create({ name, disk, dialer: createRelayDialer({ clock: systemClock }) });
  cleanUps.push(() => created.close());
  return created;
}

async function owner(name: string, disk?: DeviceDisk): Promise<TestDevice> {
  const created = await device(name, disk);
  expect(await created.configure(running.relay.url, running.relay.admissionToken)).toBeNull();
  return created;
}

/** The device as a person would see it at the relay: online, or what keeps it out. */
async function stateOf(device: TestDevice): Promise<string> {
  const { relay } = await device.api.call('status.get', {});
  return relay.state === 'online' ? 'online' : (relay.problem ?? relay.state);
}

test('a device that used a code enrols no other before the words are confirmed [S-PAIR-10]', async () => {
  const office = await owner('office');
  const laptop = await device('laptop');
  const { inviterWords } = await pairDevices(office, laptop, { form: 'link', compare: false });
  expect((await laptop.api.call('peers.ping', { peer: 'office' })).path).toBe('relay');
  const refused = laptop.api.call('pairing.invite', { allow: [], link: true });
  await expect(refused).rejects.toMatchObject({ code: 'pairing.pending', details: { inviter: 'office' } });
  // With the words confirmed it is a device like any other.
  await office.api.call('pairing.confirm', { peer: 'laptop', words: [...inviterWords] });
  const tablet = await device('tablet');
  await vi.waitFor(() => pairDevices(laptop, tablet, { form: 'link' }), 20_000);
  expect((await tablet.api.call('peers.ping', { peer: 'laptop' })).path).toBe('relay');
});

test('words confirmed while the relay is away make a member of it later', async () => {
  const office = await owner('office');
  const laptop = await device('laptop');
  const { inviterWords } = await pairDevices(office, laptop, { form: 'link', compare: false });
  await laptop.api.call('peers.ping', { peer: 'office' });
  await office.api.call('agent.pause', { until: null });
  await office.api.call('pairing.confirm', { peer: 'laptop', words: [...inviterWords] });
  expect(await codeOf(laptop.api.call('pairing.invite', { allow: [], link: true }))).toBe('pairing.pending');
  await office.api.call('agent.resume', {});
  await vi.waitFor(
    async () => expect(await codeOf(laptop.api.call('pairing.invite', { allow: [], link: true }))).toBe('no error'),
    20_000,
  );
});

test('words that differ cost the other device its membership, also where the relay is away at that time [S-PAIR-10]', async () => {
  const disk = new DeviceDisk();
  const office = await owner('office', disk);
  const thief = await device('thief');
  await pairDevices(office, thief, { form: 'link', compare: false });
  await thief.api.call('peers.ping', { peer: 'office' });
  // The office loses its relay; the person says so all the same, and restarts the machine.
  await office.api.call('agent.pause', { until: null });
  await office.api.call('peers.forget', { peer: 'thief' });
  expect(await stateOf(thief)).toBe('online');
  await office.close();
  const again = await device('office', disk);
  again.agent.start();
  await again.api.call('agent.resume', {});
  await vi.waitFor(async () => expect(await stateOf(thief)).toBe('relay.removed'), 20_000);
});

test('a joiner that could not store the pairing keeps no membership by the enrolment it has read [S-PAIR-10]', async () => {
  const disk = new DeviceDisk();
  const office = await owner('office', disk);
  const given: string[] = [];
  const write = disk.settings.write.bind(disk.settings);
  disk.settings.write = (document) => {
    const { data } = document as { data: { memberships?: readonly { enrolment?: string }[] } };
    given.push(...(data.memberships ?? []).flatMap(({ enrolment }) => enrolment ?? []));
    write(document);
  };
  const thief = await device('thief');
  thief.disk.peers.failure = { write: 'the disk is full' };
  expect(await codeOf(pairDevices(office, thief, { form: 'link', compare: false }))).toBe('store.write');
  await vi.waitFor(() => expect(disk.settings.text).not.toContain(thief.peerId), 10_000);
  const [enrolment] = given;
  expect(enrolment).toBeDefined();
  const enrolments = [fromBase64Url(enrolment ?? '')];
  const client = clientOf(thief.identity, { url: running.relay.url, enrolments: () => enrolments });
  cleanUps.push(() => client.stop());
  client.start();
  await vi.waitFor(() => expect(client.status.problem).toBe('relay.removed'), 10_000);
});
