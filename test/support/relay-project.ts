import type { RelayOptions, RunningRelay } from '#relay/index.ts';
import { signEnrolment, type DeviceIdentity } from '#shared/identity/index.ts';
import { startRelayInFolder } from './relay-folder.ts';
import { joinRelay, newConnectionId, newDevice, type RelayAgent } from './relay-agent.ts';

/** A relay on a free port of this machine, without TLS, gone with `stop`. */
export async function startTestRelay(
  options: Partial<RelayOptions> = {},
): Promise<{ relay: RunningRelay; stop: () => Promise<void> }> {
  const { relay, end } = await startRelayInFolder({
    listen: { host: '127.0.0.1', port: 0 },
    tls: { mode: 'off' },
    ...options,
  });
  return { relay, stop: end };
}

export type Member = Readonly<{ device: DeviceIdentity; agent: RelayAgent; project: string }>;

/** A device that is admitted by the token and owns a project. */
export async function joinOwner(relay: RunningRelay, version = 1): Promise<Member> {
  const device = newDevice();
  const { agent, welcome } = await joinRelay(relay, device, { version });
  return { device, agent, project: welcome.projects[0]?.id ?? '' };
}

export async function enrolmentFor(
  relay: RunningRelay,
  inviter: Pick<Member, 'device' | 'project'>,
  member: DeviceIdentity,
  changes: Partial<Parameters<typeof signEnrolment>[1]> = {},
): Promise<Uint8Array> {
  return await signEnrolment(inviter.device, {
    relayKey: relay.relayKey,
    project: inviter.project,
    member: member.peerId,
    role: 'member',
    notAfter: Math.floor(Date.now() / 1000) + 600,
    serial: 1,
    ...changes,
  });
}

/** A device that shows an enrolment by the inviter and no token. */
export async function joinMember(
  relay: RunningRelay,
  inviter: Member,
  device = newDevice(),
  version = 1,
): Promise<Member> {
  const { agent } = await joinRelay(relay, device, {
    version,
    enrolments: [await enrolmentFor(relay, inviter, device)],
    admission: undefined,
  });
  return { device, agent, project: inviter.project };
}

export type Accepted = Readonly<{ connection: string; tickets: readonly [string, string] }>;

/** Rings and accepts; returns both tickets, the initiator's first. */
export async function connectPair(from: Member, to: Member): Promise<Accepted> {
  const connection = newConnectionId();
  from.agent.send({ type: 'connect', connection, to: to.device.peerId, message1: 'AAAA' });
  await to.agent.next('incoming', (message) => message.connection === connection);
  to.agent.send({ type: 'accept', connection, message2: 'AAAA' });
  const accepted = await from.agent.next('accepted', (message) => message.connection === connection);
  const attach = await to.agent.next('attach', (message) => message.connection === connection);
  return { connection, tickets: [accepted.ticket, attach.ticket] };
}
