import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { signRemoval, type DeviceIdentity } from '#shared/identity/index.ts';
import { joinRelay, newDevice } from '#test/support/relay-agent.ts';
import { enrolmentFor, joinMember, joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay());
});
afterAll(async () => {
  await stop();
});

async function remove(remover: Member, { peerId: member }: DeviceIdentity, serial = 2): Promise<void> {
  const facts = { relayKey: relay.relayKey, project: remover.project, member, serial };
  remover.agent.send({
    type: 'remove',
    request: serial,
    removal: toBase64Url(await signRemoval(remover.device, facts)),
  });
  await remover.agent.next('ok', ({ request }) => request === serial);
}

/** What has come by now: the answer to a ping comes after everything that was sent before. */
async function leftAt({ agent }: Member): Promise<readonly { peer: string; at: number }[]> {
  agent.send({ type: 'ping' });
  await agent.next('pong');
  return agent.waiting.flatMap((message) => (message.type === 'left' ? [{ peer: message.peer, at: message.at }] : []));
}

test('a removed device is named to the members of version 3, online and when they come, always with the same time [S-RELAY-11]', async () => {
  const owner = await joinOwner(relay, 3);
  const [online, old, gone] = [
    await joinMember(relay, owner, newDevice(), 3),
    await joinMember(relay, owner, newDevice(), 2),
    await joinMember(relay, owner, newDevice(), 3),
  ];
  const away = await joinMember(relay, owner, newDevice(), 3);
  await away.agent.close();
  const before = Date.now();
  await remove(owner, gone.device);
  const [told] = await leftAt(online);
  expect(told?.peer).toBe(gone.device.peerId);
  expect(told?.at).toBeGreaterThanOrEqual(before);
  expect(await leftAt(owner)).toEqual([told]);
  const back = await joinRelay(relay, away.device, { version: 3, admission: undefined });
  expect(await leftAt({ ...away, agent: back.agent })).toEqual([told]);
  // A second removal of the same device is no news.
  await remove(owner, gone.device, 3);
  expect(await leftAt(online)).toEqual([told, told]);

  expect(old.agent.texts.join()).not.toContain('"left"');
  await gone.agent.closed;
  expect(gone.agent.texts.join()).not.toContain('"left"');
});

test('a device that still shares a project is not named, nor one that was never a full member [S-RELAY-2]', async () => {
  const [owner, second] = [await joinOwner(relay, 3), await joinOwner(relay, 3)];
  const both = newDevice();
  const enrolments = await Promise.all([owner, second].map((inviter) => enrolmentFor(relay, inviter, both)));
  const member = await joinRelay(relay, both, { version: 3, enrolments, admission: undefined });
  const friend = await joinRelay(relay, newDevice(), { version: 3 });
  const shared = newDevice();
  const known = await Promise.all([owner, second].map((inviter) => enrolmentFor(relay, inviter, shared)));
  const companion = await joinRelay(relay, shared, { version: 3, enrolments: known, admission: undefined });
  await remove(owner, both);
  expect(await leftAt({ ...owner, agent: companion.agent })).toEqual([]);
  expect(await leftAt({ ...owner, agent: friend.agent })).toEqual([]);
  expect((await leftAt(owner)).map(({ peer }) => peer)).toEqual([both.peerId]);

  const [pending, barred] = [newDevice(), newDevice()];
  const enrolment = toBase64Url(await enrolmentFor(relay, second, pending, { role: 'pending' }));
  second.agent.send({ type: 'enrol', request: 1, enrolment });
  await second.agent.next('ok');
  await remove(second, pending, 3);
  await remove(second, barred, 4);
  expect(await leftAt(second)).toEqual([]);
  expect(await leftAt({ ...second, agent: member.agent })).toEqual([]);
});

test('a device that was enrolled again is named no more', async () => {
  const owner = await joinOwner(relay, 3);
  const device = newDevice();
  const member = await joinMember(relay, owner, device, 3);
  await remove(owner, device);
  await member.agent.closed;
  const enrolments = [await enrolmentFor(relay, owner, device, { serial: 5 })];
  const again = await joinRelay(relay, device, { version: 3, enrolments, admission: undefined });
  const newcomer = await joinMember(relay, owner, newDevice(), 3);
  expect(await leftAt(newcomer)).toEqual([]);
  await again.agent.close();
});
