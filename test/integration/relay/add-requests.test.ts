import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { enrolTicketKey, enrolTicketProof, type RelayRole } from '#shared/relay-api/index.ts';
import { PlatformRows } from '#test/support/platform-rows.ts';
import { honestFacts, newDevice, RelayAgent, signHello } from '#test/support/relay-agent.ts';
import { joinMember, joinOwner, startTestRelay } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let rows: PlatformRows;
let owner: string;
let member: string;
let project: string;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
  const started = await startTestRelay({ dataDirectory, accounts: {} });
  ({ relay } = started);
  rows = new PlatformRows(dataDirectory);
  [owner, member] = [rows.account(), rows.account()];
  rows.session(owner);
  rows.session(member);
  project = rows.project(owner);
  rows.addPerson(project, member);
  stops.push(
    () => rows.close(),
    started.stop,
    () => rm(dataDirectory, { recursive: true, force: true }),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

type Admitted = Readonly<{ device: DeviceIdentity; agent: RelayAgent }>;

/** A device that the account's ticket admits to its project. */
async function admitted(
  account: string,
  { role = 'browser', version = 4, of = project }: Readonly<{ role?: RelayRole; version?: number; of?: string }> = {},
): Promise<Admitted> {
  const ticket = rows.ticket(of, account);
  const device = newDevice();
  const agent = new RelayAgent(
    relay,
    role === 'browser' ? { headers: { origin: relay.url.replace(/^ws/, 'http') } } : {},
  );
  const facts = { ...honestFacts(relay, device, await agent.next('challenge'), role), version };
  const proof = enrolTicketProof(crypto, enrolTicketKey(crypto, ticket.secret), facts);
  agent.send({
    ...(await signHello(device, facts)),
    enrolTicket: { id: toBase64Url(ticket.id), proof: toBase64Url(proof) },
  });
  await agent.next('welcome');
  stops.unshift(() => agent.close());
  return { device, agent };
}

let lastRequest = 0;
/** Asks to be added, and returns what becomes of it. */
async function request({ agent }: Pick<Admitted, 'agent'>): Promise<string> {
  lastRequest += 1;
  const number = lastRequest;
  agent.send({ type: 'add-request', request: number, name: 'Firefox', system: 'linux' });
  const answer = await Promise.race([
    agent.next('ok', (message) => message.request === number),
    agent.next('message-refused', (message) => message.request === number),
  ]);
  return answer.type === 'ok' ? 'sent' : answer.reason;
}

/** Whether the request of a browser is at a device, once an answer that was sent later has come. */
async function hasRequest(of: Admitted, { device }: Admitted): Promise<boolean> {
  of.agent.send({ type: 'ping' });
  await of.agent.next('pong');
  return of.agent.waiting.some((message) => message.type === 'add-requested' && message.from === device.peerId);
}

test('a browser that no account admitted, or whose account has no device online, is told so', async () => {
  const plain = await joinOwner(relay, 4);
  const enrolled = await joinMember(relay, plain, newDevice(), 4);
  expect(await request(plain)).toBe('unknown');
  expect(await request(enrolled)).toBe('unknown');
  const alone = rows.account();
  rows.session(alone);
  expect(await request(await admitted(alone, { of: rows.project(alone) }))).toBe('offline');
});

test('a request reaches the devices of its account, with the account that the relay knows, and no one else [S-RELAY-18]', async () => {
  const laptop = await admitted(owner, { role: 'agent' });
  const early = await admitted(owner, { role: 'agent', version: 3 });
  const otherBrowser = await admitted(owner);
  const ofMember = await admitted(member);
  const elsewhere = rows.project(owner);
  const away = await admitted(owner, { role: 'agent', of: elsewhere });
  const browser = await admitted(owner);
  expect(await request(browser)).toBe('sent');
  expect(await laptop.agent.next('add-requested')).toEqual({
    type: 'add-requested',
    from: browser.device.peerId,
    account: `${owner}@example.org`,
    name: 'Firefox',
    system: 'linux',
  });
  for (const other of [early, otherBrowser, ofMember, away, browser])
    expect(await hasRequest(other, browser)).toBe(false);
  // A member of the project asks its own devices, and not those of the owner.
  expect(await request(ofMember)).toBe('offline');
  expect(await hasRequest(laptop, ofMember)).toBe(false);
  // An account that was disabled asks no one.
  rows.disable(member);
  expect(await request(ofMember)).toBe('unknown');
});

test('requests are few for each device, and for each account however many browsers it has [S-RELAY-18]', async () => {
  const account = rows.account();
  rows.session(account);
  const own = rows.project(account);
  const laptop = await admitted(account, { role: 'agent', of: own });
  const browser = await admitted(account, { of: own });
  for (let times = 0; times < 3; times += 1) expect(await request(browser)).toBe('sent');
  expect(await request(browser)).toBe('rate');
  const outcomes: string[] = [];
  for (let count = 0; count < 9; count += 1) outcomes.push(await request(await admitted(account, { of: own })));
  expect(outcomes).toEqual([...Array.from({ length: 7 }, () => 'sent'), 'rate', 'rate']);
  await laptop.agent.next('add-requested');
});

test('a browser whose person gave no password within ten minutes asks no one [S-APPROVE-6]', async () => {
  const account = rows.account();
  const own = rows.project(account);
  const laptop = await admitted(account, { role: 'agent', of: own });
  const browser = await admitted(account, { of: own });
  expect(await request(browser)).toBe('step-up');
  rows.session(account, Date.now() - 11 * 60_000);
  // Nor does it count that another account did.
  rows.session(rows.account());
  expect(await request(browser)).toBe('step-up');
  expect(await hasRequest(laptop, browser)).toBe(false);
  rows.session(account);
  expect(await request(browser)).toBe('sent');
  await laptop.agent.next('add-requested');
});

test('a joiner and a device of an earlier version may not ask', async () => {
  const early = await admitted(owner, { version: 3 });
  early.agent.send({ type: 'add-request', request: 1, name: 'Firefox', system: 'linux' });
  expect((await early.agent.next('error')).code).toBe('format');
});
