import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '#test/support/e2e/until.ts';
import { pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines } from '#test/support/lan/paired-machines.ts';
import { runRelay } from '#test/support/relay-clients.ts';

/** Admission token of a relay. */
const TOKEN = 'x'.repeat(32);

let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;
let url: string;
let database: DatabaseSync;

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
});
afterEach(async () => {
  await machines.close();
});

/** Starts a relay that ends with the machines. */
async function startRelay(options: Parameters<typeof runRelay>[0] = {}): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
  const { relay, dispose } = await runRelay({ dataDirectory, ...options });
  url = relay.url;
  database = new DatabaseSync(join(dataDirectory, 'relay.db'), { readOnly: true });
  machines.also({
    close: async () => {
      database.close();
      await dispose();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  });
}

const other = (one: TestDevice): string => (one === office ? laptop : office).identity.peerId;

/** Pairs both machines without a relay; a person compares the words on some. */
async function pair(compared: readonly TestDevice[]): Promise<(one: TestDevice) => Promise<unknown>> {
  const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
  const invited = office.api.call('pairing.result', { pairing });
  invited.catch(() => undefined);
  const { words } = await laptop.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] });
  await invited;
  const compare = (one: TestDevice) => one.api.call('pairing.confirm', { peer: other(one), words: [...words] });
  for (const one of compared) await compare(one);
  await until('a direct link', async () => {
    const [peer] = await laptop.api.call('peers.list', { measure: true });
    return peer?.path === 'direct' ? peer : undefined;
  });
  return compare;
}

async function useRelay(one: TestDevice): Promise<void> {
  expect(await one.configure(url)).toBeNull();
  await one.api.call('relay.ready', { timeout: 10_000 });
}

/** Returns the members that other devices have enrolled at the relay and nobody has removed. */
const enrolled = (): readonly string[] =>
  database
    .prepare(
      'select peer_id from members where inviter <> peer_id and (removed_serial is null or removed_serial < serial)',
    )
    .all()
    .map(({ peer_id }) => String(peer_id));

const hasEnrolled = async (): Promise<void> =>
  void (await until('an enrolment', () => (enrolled().length > 0 ? true : undefined)));

it('machines paired without a relay reach each other over one that both set later', { timeout: 60_000 }, async () => {
  await pair([office, laptop]);
  await startRelay();
  await useRelay(office);
  await useRelay(laptop);
  await hasEnrolled();
  expect(enrolled()).toEqual([office.identity.peerId]);
  // Without any direct path.
  await office.api.call('network.set', { listen: 'outbound-only' });
  await laptop.close();
  laptop = await machines.start('laptop');
  await laptop.api.call('relay.ready', { timeout: 10_000 });
  expect(await laptop.api.call('peers.ping', { peer: 'office' })).toMatchObject({ path: 'relay' });
  // What the later membership gave, a removal takes.
  await laptop.api.call('peers.forget', { peer: 'office' });
  await until('the removal', () => (enrolled().length === 0 ? true : undefined));
});

it(
  'machines whose words only one person has compared are enrolled once the other has [S-PAIR-21]',
  { timeout: 60_000 },
  async () => {
    const compare = await pair([laptop]);
    await startRelay();
    await useRelay(office);
    await useRelay(laptop);
    await until('the question', () => (laptop.agent.status().relay.state === 'online' ? true : undefined));
    await laptop.api.call('peers.ping', { peer: 'office' });
    expect(enrolled()).toEqual([]);
    await compare(office);
    await hasEnrolled();
  },
);

it(
  'machines with no link since then say that the other does not answer, and that the relay does not know it yet',
  { timeout: 60_000 },
  async () => {
    await pair([office, laptop]);
    await office.api.call('network.set', { listen: 'outbound-only' });
    await laptop.close();
    laptop = await machines.start('laptop');
    await startRelay();
    await useRelay(office);
    await useRelay(laptop);
    await expect(laptop.api.call('peers.ping', { peer: 'office' })).rejects.toMatchObject({
      code: 'link.not-here',
    });
    expect(enrolled()).toEqual([]);
  },
);

it(
  'a machine without a token is admitted where a machine that it is paired with is a member',
  { timeout: 60_000 },
  async () => {
    await pair([office, laptop]);
    await startRelay({ admission: 'token', admissionToken: TOKEN });
    expect(await laptop.configure(url, TOKEN)).toBeNull();
    expect((await laptop.peer(office))?.atRelay).toBeUndefined();
    await useRelay(office);
    expect(enrolled()).toEqual([office.identity.peerId]);
    expect(await until('presence', async () => (await laptop.peer(office))?.atRelay)).toBe(true);
    // Without any direct path.
    await office.api.call('network.set', { listen: 'outbound-only' });
    await laptop.close();
    laptop = await machines.start('laptop');
    await laptop.api.call('relay.ready', { timeout: 10_000 });
    expect(await laptop.api.call('peers.ping', { peer: 'office' })).toMatchObject({ path: 'relay' });
  },
);

it(
  'a machine without a token stays out while its words are not compared at the member [S-PAIR-21]',
  { timeout: 60_000 },
  async () => {
    await pair([office]);
    await startRelay({ admission: 'token', admissionToken: TOKEN });
    expect(await laptop.configure(url, TOKEN)).toBeNull();
    expect(await office.configure(url)).toBe('relay.admission-needed');
    expect(enrolled()).toEqual([]);
  },
);

it(
  'a machine that its relay refuses is let in there by the machine that it pairs with in this network',
  { timeout: 60_000 },
  async () => {
    await startRelay({ admission: 'token', admissionToken: TOKEN });
    expect(await office.configure(url, TOKEN)).toBeNull();
    expect(await laptop.configure(url)).toBe('relay.admission-needed');
    await pair([]);
    await laptop.api.call('relay.ready', { timeout: 10_000 });
    expect(enrolled()).toEqual([laptop.identity.peerId]);
  },
);

it('a machine that its relay refuses links to the one that it has paired with', { timeout: 60_000 }, async () => {
  await startRelay({ admission: 'token', admissionToken: TOKEN });
  expect(await laptop.configure(url)).toBe('relay.admission-needed');
  await pairDevices(office, laptop, { compare: false });
  // Nobody asks for the link.
  expect(await until('a link', async () => ((await laptop.peer(office))?.linked === true ? true : undefined))).toBe(
    true,
  );
});
