import type { CryptoBackend } from '#shared/crypto/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { signRemoval } from '#shared/identity/index.ts';
import { Seeded } from './hostile/attempts.ts';
import { joinRelay, newDevice, RelayAgent } from './relay-agent.ts';
import { enrolmentFor } from './relay-project.ts';

/** Text messages that each client got, in order. */
export type ControlRecording = Readonly<Record<string, readonly string[]>>;

const idOf = (digit: string): string => digit.repeat(32);

/** Cryptography whose random numbers are the same in each run. Signatures are real. */
export function seededCrypto(seed: number): CryptoBackend {
  const random = new Seeded(seed);
  return { ...nativeBackend, randomBytes: (length) => random.bytes(length) };
}

/**
 * Plays one story at a relay, with clients of one version: admission, presence, a mailbox, a connection, an enrolment, errors and a removal.
 * @returns what the relay said, without signatures and the list of versions, which cover or name the versions that it speaks
 */
export async function recordControl(relay: RunningRelay, version: number): Promise<ControlRecording> {
  const random = new Seeded(version);
  const device = newDevice(1, random.bytes(32));
  const { agent: owner, welcome } = await joinRelay(relay, device, { version });
  const project = welcome.projects[0]?.id ?? '';
  const memberDevice = newDevice(1, random.bytes(32));
  const enrolments = [await enrolmentFor(relay, { device, project }, memberDevice, { role: 'pending' })];
  const { agent: member } = await joinRelay(relay, memberDevice, { version, enrolments, admission: undefined });
  await owner.next('presence');

  owner.send({ type: 'mailbox-open', request: 1, deposit: 'A'.repeat(22) });
  const { nameplate = '' } = await owner.next('mailbox-opened');
  const { agent: joiner } = await joinRelay(relay, newDevice(1, random.bytes(32)), {
    version,
    role: 'joiner',
    admission: undefined,
  });
  joiner.send({ type: 'mailbox-claim', request: 2, nameplate: nameplate === '0000' ? '0001' : '0000' });
  await joiner.next('error');
  joiner.send({ type: 'mailbox-claim', request: 3, nameplate });
  await joiner.next('error');
  await joiner.close();
  const { agent: second } = await joinRelay(relay, newDevice(1, random.bytes(32)), {
    version,
    role: 'joiner',
    admission: undefined,
  });
  second.send({ type: 'mailbox-claim', request: 4, nameplate });
  await second.next('mailbox-claimed');
  await owner.next('mailbox-joined');
  second.send({ type: 'mailbox-send', body: 'AAAA' });
  await owner.next('mailbox-message');
  await second.close();
  await owner.next('mailbox-closed');

  owner.send({ type: 'connect', connection: idOf('1'), to: memberDevice.peerId, message1: 'AAAA' });
  await member.next('incoming');
  member.send({ type: 'accept', connection: idOf('1'), message2: 'BBBB' });
  await member.next('attach');
  await owner.next('accepted');
  owner.sendEarly(idOf('1'), Uint8Array.of(1, 2, 3));
  owner.send({ type: 'early-end', connection: idOf('1'), bytes: 3 });
  await member.next('early-end');
  member.send({ type: 'cancel', connection: idOf('1') });
  await owner.next('closed');
  owner.send({ type: 'connect', connection: idOf('2'), to: device.peerId, message1: 'AAAA' });
  await owner.next('refused');
  owner.send({ type: 'connect', connection: idOf('3'), to: newDevice(1, random.bytes(32)).peerId, message1: 'AAAA' });
  await owner.next('refused');

  const full = await enrolmentFor(relay, { device, project }, memberDevice, { serial: 2 });
  owner.send({ type: 'enrol', request: 5, enrolment: Buffer.from(full).toString('base64url') });
  await owner.next('ok');
  await member.next('projects');

  const stranger = new RelayAgent(relay);
  await stranger.next('challenge');
  stranger.sendRaw('{"type":"hello"}');
  await stranger.next('error');
  await stranger.closed;

  const removal = await signRemoval(device, {
    relayKey: relay.relayKey,
    project,
    member: memberDevice.peerId,
    serial: 3,
  });
  owner.send({ type: 'remove', request: 6, removal: Buffer.from(removal).toString('base64url') });
  await owner.next('ok');
  await member.next('error');
  await member.closed;
  await owner.next('presence');
  // A last answer, so that nothing is still on its way.
  owner.send({ type: 'mailbox-claim', request: 7, nameplate: '0000' });
  await owner.next('error');
  await owner.close();
  return Object.fromEntries(
    Object.entries({ owner, member, joiner, second, stranger }).map(([name, { texts }]) => [name, texts.map(masked)]),
  );
}

function masked(text: string): string {
  return text.replace(/"versions":\[[\d,]+\]/, '"versions":[]').replace(/"signature":"[^"]+"/, '"signature":""');
}
