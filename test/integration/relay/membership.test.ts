import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { signRemoval, type DeviceIdentity } from '#shared/identity/index.ts';
import type { AgentMessage } from '#shared/relay-api/index.ts';
import { honestFacts, joinRelay, newDevice, RelayAgent, signHello } from '#test/support/relay-agent.ts';
import {
  connectPair,
  enrolmentFor,
  joinMember,
  joinOwner,
  startTestRelay,
  type Member,
} from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay());
});
afterAll(async () => {
  await stop();
});

const seconds = (): number => Math.floor(Date.now() / 1000);
let requests = 0;

async function enrol(
  inviter: Member,
  member: DeviceIdentity,
  serial: number,
  role: 'member' | 'pending' = 'member',
): Promise<string> {
  const enrolment = toBase64Url(await enrolmentFor(relay, inviter, member, { serial, role }));
  return ask(inviter, { type: 'enrol', request: (requests += 1), enrolment });
}

async function remove(remover: Member, member: DeviceIdentity, serial: number): Promise<string> {
  const facts = { relayKey: relay.relayKey, project: remover.project, member: member.peerId, serial };
  const removal = toBase64Url(await signRemoval(remover.device, facts));
  return ask(remover, { type: 'remove', request: (requests += 1), removal });
}

async function ask({ agent }: Member, message: Extract<AgentMessage, { type: 'enrol' | 'remove' }>): Promise<string> {
  agent.send(message);
  const isOurs = ({ request }: { request?: number | undefined }): boolean => request === message.request;
  return Promise.race([
    agent.next('ok', isOurs).then(() => 'ok'),
    agent.next('error', isOurs).then(({ code }) => code),
  ]);
}

test('an owner removes whom a member enrolled with a serial of the future [S-RELAY-11]', async () => {
  const owner = await joinOwner(relay);
  const member = await joinMember(relay, owner);
  const accomplice = newDevice();
  expect(await enrol(member, accomplice, Number.MAX_SAFE_INTEGER)).toBe('enrolment');
  const future = seconds() + 3600;
  expect(await enrol(member, accomplice, future)).toBe('ok');
  expect(await remove(owner, accomplice, seconds())).toBe('ok');
  // The same enrolment does not bring it back.
  expect(await enrol(member, accomplice, future)).toBe('removed');
  expect(await remove(member, accomplice, Number.MAX_SAFE_INTEGER)).toBe('enrolment');
  await Promise.all([owner.agent.close(), member.agent.close()]);
});

test('an own later enrolment still stands against the removal of an owner', async () => {
  const owner = await joinOwner(relay);
  const device = newDevice();
  expect(await enrol(owner, device, seconds())).toBe('ok');
  expect(await remove(owner, device, seconds() - 10)).toBe('not-allowed');
  await owner.agent.close();
});

test('nobody keeps a device that has never been here from a project of its own [S-RELAY-1]', async () => {
  const stranger = await joinOwner(relay);
  const [barred, captured] = [newDevice(), newDevice()];
  expect(await remove(stranger, barred, seconds())).toBe('ok');
  const first = await joinRelay(relay, barred);
  expect(first.welcome.projects).toMatchObject([{ role: 'owner' }]);

  expect(await enrol(stranger, captured, seconds())).toBe('ok');
  const second = await joinRelay(relay, captured);
  expect(second.welcome.projects.map(({ role }) => role)).toEqual(['owner', 'member']);
  expect(await remove(stranger, captured, seconds())).toBe('ok');
  expect((await second.agent.next('projects')).projects).toMatchObject([{ role: 'owner' }]);
  await Promise.all([first.agent, second.agent, stranger.agent].map((agent) => agent.close()));
});

test('who only shows the enrolment of an inviter gets no project beside it', async () => {
  const owner = await joinOwner(relay);
  const device = newDevice();
  expect(await enrol(owner, device, 1)).toBe('ok');
  const { agent, welcome } = await joinRelay(relay, device, { enrolments: [await enrolmentFor(relay, owner, device)] });
  expect(welcome.projects).toEqual([{ id: owner.project, role: 'member' }]);
  await Promise.all([agent.close(), owner.agent.close()]);
});

test('a relay open to all gives few projects to one address, and known devices stay welcome [S-RELAY-1]', async () => {
  const { relay: open, stop: stopOpen } = await startTestRelay({
    admission: 'open',
    rates: { foundersPerAddress: { burst: 3, perSecond: 0.001 } },
  });
  const visit = async (device: ReturnType<typeof newDevice>): Promise<string> => {
    const agent = new RelayAgent(open);
    agent.send(await signHello(device, honestFacts(open, device, await agent.next('challenge'))));
    const outcome = await Promise.race([
      agent.next('welcome').then(() => 'welcome'),
      agent.next('error').then(({ code }) => code),
    ]);
    await agent.close();
    return outcome;
  };
  const devices = Array.from({ length: 5 }, () => newDevice());
  const outcomes: string[] = [];
  for (const device of devices) outcomes.push(await visit(device));
  expect(outcomes).toEqual(['welcome', 'welcome', 'welcome', 'rate', 'rate']);
  expect(await visit(devices[0] ?? newDevice())).toBe('welcome');
  await stopOpen();
});

test('joiners are few, since anybody can be one [S-RELAY-1]', async () => {
  const { relay: strict, stop: stopStrict } = await startTestRelay({
    limits: { joiners: 3 },
    rates: { joinersPerAddress: { burst: 5, perSecond: 0.001 } },
  });
  const visit = async (): Promise<[string, RelayAgent]> => {
    const device = newDevice();
    const agent = new RelayAgent(strict);
    agent.send(await signHello(device, honestFacts(strict, device, await agent.next('challenge'), 'joiner')));
    const outcome = await Promise.race([
      agent.next('welcome').then(() => 'welcome'),
      agent.next('error').then(({ code }) => code),
    ]);
    return [outcome, agent];
  };
  const visits: [string, RelayAgent][] = [];
  for (let count = 0; count < 6; count += 1) visits.push(await visit());
  expect(visits.map(([outcome]) => outcome)).toEqual(['welcome', 'welcome', 'welcome', 'busy', 'busy', 'rate']);
  // Devices are not kept out by them.
  const owner = await joinOwner(strict);
  await Promise.all([owner.agent, ...visits.map(([, agent]) => agent)].map((agent) => agent.close()));
  await stopStrict();
});

async function joinPending(inviter: Member, options: { version?: number } = {}) {
  const device = newDevice();
  const { agent, welcome } = await joinRelay(relay, device, {
    ...options,
    enrolments: [await enrolmentFor(relay, inviter, device, { serial: seconds(), role: 'pending' })],
    admission: undefined,
  });
  return { pending: { device, agent, project: inviter.project }, welcome };
}

test('a pending member is reached by members, and enrols no device [S-PAIR-10]', async () => {
  const owner = await joinOwner(relay);
  const { pending, welcome } = await joinPending(owner, { version: 2 });
  expect(welcome.projects).toEqual([{ id: owner.project, role: 'pending' }]);
  await connectPair(owner, pending);
  await connectPair(pending, owner);
  const accomplice = newDevice();
  for (const role of ['member', 'pending'] as const)
    expect(await enrol(pending, accomplice, seconds() + 1, role)).toBe('enrolment');
  // Nor by what the accomplice shows itself.
  const shown = new RelayAgent(relay);
  const facts = honestFacts(relay, accomplice, await shown.next('challenge'));
  shown.send({
    ...(await signHello(accomplice, facts)),
    enrolments: [toBase64Url(await enrolmentFor(relay, pending, accomplice))],
  });
  expect((await shown.next('error')).code).toBe('enrolment');
  expect(await remove(pending, owner.device, seconds() + 1)).toBe('not-allowed');
  await Promise.all([owner.agent.close(), pending.agent.close()]);
});

test('a pending member raises no role, not even its own [S-PAIR-10]', async () => {
  const owner = await joinOwner(relay);
  const { pending } = await joinPending(owner, { version: 2 });
  const { pending: other } = await joinPending(owner);
  expect(await enrol(pending, other.device, seconds() + 60)).toBe('ok');
  expect(await enrol(pending, pending.device, seconds() + 60)).toBe('ok');
  // Nothing has changed by that: neither lets anybody in.
  expect(await enrol(other, newDevice(), seconds())).toBe('enrolment');
  expect(await enrol(pending, newDevice(), seconds())).toBe('enrolment');
  // And who is here stays with who has let it in.
  expect(await remove(pending, other.device, seconds() + 120)).toBe('not-allowed');
  await Promise.all([owner.agent.close(), pending.agent.close(), other.agent.close()]);
});

test('a pending member becomes a full one by a later enrolment, hears of it, and stays one', async () => {
  const owner = await joinOwner(relay);
  const { pending } = await joinPending(owner, { version: 2 });
  expect(await enrol(owner, pending.device, seconds() + 1)).toBe('ok');
  expect((await pending.agent.next('projects')).projects).toEqual([{ id: owner.project, role: 'member' }]);
  const device = newDevice();
  expect(await enrol(pending, device, seconds())).toBe('ok');
  // Whoever pairs with it once more lowers nothing.
  expect(await enrol(owner, pending.device, seconds() + 2, 'pending')).toBe('ok');
  expect(await enrol(pending, newDevice(), seconds())).toBe('ok');
  await Promise.all([owner.agent.close(), pending.agent.close()]);
});

test('a client of version 1 hears of pending members as members', async () => {
  const owner = await joinOwner(relay);
  const { pending, welcome } = await joinPending(owner);
  expect(welcome.projects).toEqual([{ id: owner.project, role: 'member' }]);
  expect(await enrol(pending, newDevice(), seconds())).toBe('enrolment');
  await Promise.all([owner.agent.close(), pending.agent.close()]);
});
