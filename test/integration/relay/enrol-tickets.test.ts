import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { signRemoval, type DeviceIdentity } from '#shared/identity/index.ts';
import { enrolTicketKey, enrolTicketProof, type HelloFacts, type RelayRole } from '#shared/relay-api/index.ts';
import { PlatformRows, type Ticket } from '#test/support/platform-rows.ts';
import { honestFacts, newDevice, RelayAgent, signHello, type HelloMessage } from '#test/support/relay-agent.ts';
import { enrolmentFor, joinOwner, startTestRelay } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let other: RunningRelay;
let rows: PlatformRows;
let owner: string;
let member: string;
let project: string;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
  const rates = { failuresPerAddress: { burst: 1000, perSecond: 1000 } };
  const started = await startTestRelay({ rates, dataDirectory, accounts: {} });
  const second = await startTestRelay({ rates });
  ({ relay } = started);
  other = second.relay;
  rows = new PlatformRows(dataDirectory);
  [owner, member] = [rows.account(), rows.account()];
  project = rows.project(owner);
  rows.addPerson(project, member);
  stops.push(
    () => rows.close(),
    started.stop,
    second.stop,
    () => rm(dataDirectory, { recursive: true, force: true }),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

const proofOf = ({ secret }: Ticket, facts: HelloFacts): Uint8Array =>
  enrolTicketProof(crypto, enrolTicketKey(crypto, secret), facts);

type Attempt = Readonly<{
  at?: RunningRelay;
  role?: RelayRole;
  device?: DeviceIdentity;
  /** Proof that is sent; default the right one. */
  prove?: (ticket: Ticket, facts: HelloFacts) => Uint8Array;
  change?: (hello: HelloMessage) => HelloMessage;
}>;

/** Says a hello with a ticket; returns the projects of the welcome, or the code of the refusal. */
async function redeem(ticket: Ticket, attempt: Attempt = {}): Promise<readonly string[] | string> {
  const { at = relay, role = 'browser', device = newDevice(), prove = proofOf, change = (hello) => hello } = attempt;
  const agent = new RelayAgent(at, { headers: { origin: at.url.replace(/^ws/, 'http') } });
  const facts = { ...honestFacts(at, device, await agent.next('challenge'), role), version: 3 };
  const enrolTicket = { id: toBase64Url(ticket.id), proof: toBase64Url(prove(ticket, facts)) };
  agent.send(change({ ...(await signHello(device, facts)), enrolTicket }));
  const answer = await Promise.race([agent.next('welcome'), agent.next('error')]);
  agent.socket.terminate();
  return answer.type === 'error' ? answer.code : answer.projects.map(({ id }) => id);
}

test('a ticket makes one device a member of its project, once [S-RELAY-14]', async () => {
  const ticket = rows.ticket(project, owner);
  const device = newDevice();
  expect(await redeem(ticket, { device })).toEqual([project]);
  expect(rows.userOf(ticket)).toBe(device.peerId);
  // The same device comes again with the used ticket, since it can't know that its welcome was lost.
  expect(await redeem(ticket, { device })).toEqual([project]);
  expect(await redeem(ticket)).toBe('enrolment');
  expect(rows.userOf(ticket)).toBe(device.peerId);
});

test('of many devices that show one ticket at the same time, one is admitted [S-RELAY-14]', async () => {
  const ticket = rows.ticket(project, owner);
  const answers = await Promise.all(Array.from({ length: 12 }, () => redeem(ticket)));
  expect(answers.filter((answer) => typeof answer !== 'string')).toEqual([[project]]);
  expect(answers.filter((answer) => answer === 'enrolment')).toHaveLength(11);
});

test('a proof counts for one device on one connection to one relay [S-RELAY-14]', async () => {
  const ticket = rows.ticket(project, owner);
  const seen: { hello?: HelloMessage; proof?: Uint8Array } = {};
  // Recorded at the first relay, where it is refused for its signature and uses nothing up.
  const spoilt = { signature: toBase64Url(new Uint8Array(64)) };
  const record = (hello: HelloMessage): HelloMessage => ({ ...(seen.hello = hello), ...spoilt });
  const device = newDevice();
  expect(
    await redeem(ticket, { device, change: record, prove: (of, facts) => (seen.proof = proofOf(of, facts)) }),
  ).toBe('signature');
  const replayed = (): Uint8Array => seen.proof ?? new Uint8Array(32);
  expect(await redeem(ticket, { change: (hello) => seen.hello ?? hello })).toBe('signature');
  expect(await redeem(ticket, { prove: replayed })).toBe('enrolment');
  expect(await redeem(ticket, { device, prove: replayed })).toBe('enrolment');
  expect(await redeem(ticket, { at: other })).toBe('enrolment');
  expect(await redeem(ticket, { prove: () => new Uint8Array(32) })).toBe('enrolment');
  expect(await redeem(ticket, { prove: ({ id }, facts) => crypto.hmacSha256(id, facts.clientNonce) })).toBe(
    'enrolment',
  );
  // None of this has used it up.
  expect(rows.userOf(ticket)).toBeNull();
  expect(await redeem(ticket)).toEqual([project]);
});

test('a ticket of another project, or the secret of another ticket, opens no other project [S-RELAY-14]', async () => {
  const elsewhere = rows.project(rows.account());
  const [mine, theirs] = [rows.ticket(project, owner), rows.ticket(elsewhere, rows.account())];
  expect(await redeem({ id: theirs.id, secret: mine.secret })).toBe('enrolment');
  // The second account isn't in that project.
  expect(await redeem(theirs)).toBe('enrolment');
  expect(await redeem(mine)).toEqual([project]);
});

test('a copy of the database opens no ticket, and a key counts in its own row only [S-ACCESS-1]', async () => {
  const ticket = rows.ticket(project, owner);
  const stolen = rows.keyOf(ticket);
  const keys = [stolen, stolen.subarray(13, 45), enrolTicketKey(crypto, stolen.subarray(0, 32))];
  for (const key of keys)
    expect(await redeem(ticket, { prove: (_, facts) => enrolTicketProof(crypto, key, facts) })).toBe('enrolment');
  // A member of the project writes the row of its own ticket over that of the owner, which admits any device.
  const own = rows.ticket(project, member);
  rows.setKey(ticket, rows.keyOf(own));
  expect(await redeem({ id: ticket.id, secret: own.secret }, { role: 'agent' })).toBe('enrolment');
  rows.setKey(ticket, stolen);
  expect(await redeem(ticket)).toEqual([project]);
});

test('a ticket ends with its time, its account and its place in the project [S-RELAY-14]', async () => {
  expect(await redeem(rows.ticket(project, owner, Date.now() - 1))).toBe('enrolment');
  const left = rows.account();
  rows.addPerson(project, left);
  const ticket = rows.ticket(project, left);
  rows.removePerson(project, left);
  expect(await redeem(ticket)).toBe('enrolment');
  const disabled = rows.account();
  rows.addPerson(project, disabled);
  const another = rows.ticket(project, disabled);
  rows.disable(disabled);
  expect(await redeem(another)).toBe('enrolment');
});

test('the ticket of a member admits a browser only, that of the owner any device [S-RELAY-14]', async () => {
  expect(await redeem(rows.ticket(project, member), { role: 'agent' })).toBe('enrolment');
  expect(await redeem(rows.ticket(project, member))).toEqual([project]);
  expect(await redeem(rows.ticket(project, owner), { role: 'agent' })).toEqual([project]);
  // A joiner is in no project, whatever it shows.
  expect(await redeem(rows.ticket(project, owner), { role: 'joiner' })).toEqual([]);
});

test.each([1, 2])('a hello of version %i has no ticket', async (version) => {
  const ticket = rows.ticket(project, owner);
  expect(await redeem(ticket, { change: (hello) => ({ ...hello, role: 'agent', version }) })).toBe('format');
  expect(rows.userOf(ticket)).toBeNull();
});

test('whom a device has removed, no ticket brings back [S-RELAY-11]', async () => {
  const { device, agent, project: own } = await joinOwner(relay, 3);
  const removed = newDevice();
  const enrolment = toBase64Url(await enrolmentFor(relay, { device, project: own }, removed));
  agent.send({ type: 'enrol', request: 1, enrolment });
  await agent.next('ok');
  const removal = await signRemoval(device, {
    relayKey: relay.relayKey,
    project: own,
    member: removed.peerId,
    serial: 2,
  });
  agent.send({ type: 'remove', request: 2, removal: toBase64Url(removal) });
  await agent.next('ok');
  const account = rows.account();
  rows.addPerson(own, account);
  expect(await redeem(rows.ticket(own, account), { device: removed })).toBe('removed');
  await agent.close();
});
