import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity, signRemoval, unsignedCertificate, type DeviceIdentity } from '#shared/identity/index.ts';
import { welcomeTranscript, type HelloFacts } from '#shared/relay-api/index.ts';
import {
  honestFacts,
  joinRelay,
  newDevice,
  RelayAgent,
  signHello,
  type HelloMessage,
} from '#test/support/relay-agent.ts';
import { enrolmentFor, joinMember, joinOwner, startTestRelay } from '#test/support/relay-project.ts';

let relay: RunningRelay;
let other: RunningRelay;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const rates = { failuresPerAddress: { burst: 1000, perSecond: 1000 } };
  const [first, second] = await Promise.all([startTestRelay({ rates }), startTestRelay({ rates })]);
  stops.push(first.stop, second.stop);
  relay = first.relay;
  other = second.relay;
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
});

/** Says a hello made from what an honest client would sign, changed; returns the code it is refused with. */
async function refusal(
  change: (facts: HelloFacts, device: DeviceIdentity) => HelloMessage | Promise<HelloMessage>,
  at = relay,
): Promise<string> {
  const device = newDevice();
  const agent = new RelayAgent(at);
  const facts = honestFacts(at, device, await agent.next('challenge'));
  agent.send(await change(facts, device));
  const error = await agent.next('error');
  expect(error.fatal).toBe(true);
  await agent.closed;
  expect(agent.waiting.some((message) => message.type === 'welcome')).toBe(false);
  return error.code;
}

test('an honest hello is welcome, and the relay proves its key for this very connection', async () => {
  const device = newDevice();
  const agent = new RelayAgent(relay);
  const facts = honestFacts(relay, device, await agent.next('challenge'));
  agent.send(await signHello(device, facts, relay.admissionToken));
  const welcome = await agent.next('welcome');
  expect(crypto.ed25519Verify(relay.relayKey, welcomeTranscript(facts), fromBase64Url(welcome.signature))).toBe(true);
  expect(welcome.projects).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{32}$/) as string, role: 'owner' }]);
  await agent.close();
});

test('a replayed hello is refused', async () => {
  const device = newDevice();
  const first = new RelayAgent(relay);
  const hello = await signHello(
    device,
    honestFacts(relay, device, await first.next('challenge')),
    relay.admissionToken,
  );
  first.send(hello);
  await first.next('welcome');
  expect(await refusal(() => hello)).toBe('signature');
  await first.close();
});

test.each<[string, (facts: HelloFacts) => HelloFacts]>([
  ['another nonce of the relay', (facts) => ({ ...facts, relayNonce: crypto.randomBytes(32) })],
  ['a longer list of versions', (facts) => ({ ...facts, versionsOffered: [1, 2, 3, 4, 5, 6] })],
  ['another role', (facts) => ({ ...facts, role: 'joiner' })],
  ['another client nonce', (facts) => ({ ...facts, clientNonce: crypto.randomBytes(32) })],
  ['another name', (facts) => ({ ...facts, authority: 'relay.example:7474' })],
  ['another relay key', (facts) => ({ ...facts, relayKey: crypto.randomBytes(32) })],
])('a signature over %s is refused', async (_what, change) => {
  const code = await refusal(async (facts, device) => ({
    ...(await signHello(device, facts, relay.admissionToken)),
    signature: (await signHello(device, change(facts))).signature,
  }));
  expect(code).toBe('signature');
});

test.each<[string, (facts: HelloFacts) => HelloFacts, string]>([
  ['a name that is not ours', (facts) => ({ ...facts, authority: 'relay.example:7474' }), 'relay-mismatch'],
  ['another port than Host', (facts) => ({ ...facts, authority: '127.0.0.1:1' }), 'relay-mismatch'],
  ['the key of another relay', (facts) => ({ ...facts, relayKey: other.relayKey }), 'relay-mismatch'],
  ['a certificate pin where no TLS is', (facts) => ({ ...facts, tlsPin: crypto.randomBytes(32) }), 'relay-mismatch'],
  ['a version we do not speak', (facts) => ({ ...facts, version: 6 }), 'version'],
  ['bytes that are no certificate', (facts) => ({ ...facts, certificate: crypto.randomBytes(150) }), 'certificate'],
])('a hello for %s is refused', async (_what, change, code) => {
  expect(await refusal((facts, device) => signHello(device, change(facts), relay.admissionToken))).toBe(code);
});

test('the certificate of another device is of no use', async () => {
  const victim = await joinOwner(relay);
  const code = await refusal((facts, device) =>
    signHello(device, { ...facts, certificate: victim.device.certificate }, relay.admissionToken),
  );
  expect(code).toBe('signature');
  await victim.agent.close();
});

test('a certificate of another time is refused', async () => {
  const code = await refusal(async (facts, device) => {
    const unsigned = unsignedCertificate({
      generation: 1,
      signingKey: device.signingKey,
      staticKey: device.staticKey.publicKey,
      notBefore: 1_700_000_000,
      notAfter: 1_700_000_001,
    });
    const certificate = unsigned.signed(await device.sign(unsigned.message));
    return signHello(device, { ...facts, certificate }, relay.admissionToken);
  });
  expect(code).toBe('certificate');
});

test('a challenge passed on by another relay gains it nothing [S-RELAY-6]', async () => {
  // The victim dials `other` under its name; `other` opens a connection to `relay` and shows the victim our challenge.
  const victim = newDevice();
  const towardsUs = new RelayAgent(relay, { host: `relay.example:7474` });
  const ours = await towardsUs.next('challenge');
  const facts = { ...honestFacts(relay, victim, ours), authority: 'relay.example:7474' };
  towardsUs.send(await signHello(victim, facts, relay.admissionToken));
  expect((await towardsUs.next('error')).code).toBe('relay-mismatch');
  // A victim that pinned the key of `other` signs that one.
  const again = new RelayAgent(relay);
  const second = honestFacts(relay, victim, await again.next('challenge'));
  again.send(await signHello(victim, { ...second, relayKey: other.relayKey }, relay.admissionToken));
  expect((await again.next('error')).code).toBe('relay-mismatch');
});

test('with TLS the hello is bound to the certificate that was seen [S-RELAY-6]', async () => {
  const { relay: secure, stop } = await startTestRelay({ tls: { mode: 'own' } });
  const { agent } = await joinRelay(secure, newDevice());
  await agent.close();
  const empty = await refusal(
    (facts, device) => signHello(device, { ...facts, tlsPin: new Uint8Array(0) }, secure.admissionToken),
    secure,
  );
  const foreign = await refusal(
    (facts, device) => signHello(device, { ...facts, tlsPin: crypto.randomBytes(32) }, secure.admissionToken),
    secure,
  );
  expect([empty, foreign]).toEqual(['relay-mismatch', 'relay-mismatch']);
  await stop();
});

test('behind a proxy only its public name counts, with whatever certificate the proxy shows', async () => {
  const { relay: hidden, stop } = await startTestRelay({ publicUrls: ['https://relay.example'] });
  const device = newDevice();
  const agent = new RelayAgent(hidden, { host: 'relay.example' });
  const facts = honestFacts(hidden, device, await agent.next('challenge'));
  agent.send(
    await signHello(
      device,
      { ...facts, authority: 'relay.example:443', tlsPin: crypto.randomBytes(32) },
      hidden.admissionToken,
    ),
  );
  await agent.next('welcome');
  const liar = new RelayAgent(hidden, { host: 'other.example' });
  const second = honestFacts(hidden, device, await liar.next('challenge'));
  liar.send(await signHello(device, { ...second, authority: 'relay.example:443' }, hidden.admissionToken));
  expect((await liar.next('error')).code).toBe('relay-mismatch');
  await stop();
});

test('an unknown device needs the token, and the proof of a wrong one is none [S-RELAY-1]', async () => {
  expect(await refusal((facts, device) => signHello(device, facts))).toBe('admission');
  expect(await refusal((facts, device) => signHello(device, facts, 'AAAAA-AAAAA-AAAAA-AAAAA'))).toBe('admission');
  // The proof of another connection.
  expect(
    await refusal(async (facts, device) => ({
      ...(await signHello(device, facts)),
      admission: (await signHello(device, { ...facts, relayNonce: crypto.randomBytes(32) }, relay.admissionToken))
        .admission,
    })),
  ).toBe('admission');
});

test('a known device needs no token, after a restart of its connection either', async () => {
  const owner = await joinOwner(relay);
  await owner.agent.close();
  const { agent, welcome } = await joinRelay(relay, owner.device, { admission: undefined });
  expect(welcome.projects).toEqual([{ id: owner.project, role: 'owner' }]);
  await agent.close();
});

test('an older certificate of a known device is refused', async () => {
  const master = crypto.randomBytes(32);
  const now = Math.floor(Date.now() / 1000);
  const [older, newer] = [1, 2].map((generation) => createIdentity(crypto, master, { generation, now }));
  if (older === undefined || newer === undefined) throw new Error('no identity');
  await (await joinRelay(relay, newer)).agent.close();
  expect(
    await refusal((facts) => signHello(older, { ...facts, certificate: older.certificate }, relay.admissionToken)),
  ).toBe('certificate');
});

test('an enrolment lets in exactly the device it names, at this relay, in time [S-RELAY-1]', async () => {
  const owner = await joinOwner(relay);
  const stranger = await joinOwner(other);
  const cases: [string, (device: DeviceIdentity) => Promise<Uint8Array>][] = [
    ['for another device', () => enrolmentFor(relay, owner, newDevice())],
    ['for another relay', (device) => enrolmentFor(relay, owner, device, { relayKey: other.relayKey })],
    ['expired', (device) => enrolmentFor(relay, owner, device, { notAfter: 1_700_000_000 })],
    ['by a stranger', (device) => enrolmentFor(relay, { device: newDevice(), project: owner.project }, device)],
    ['by a device of elsewhere', (device) => enrolmentFor(relay, { ...stranger, project: owner.project }, device)],
    ['for no project', (device) => enrolmentFor(relay, owner, device, { project: '00'.repeat(16) })],
    ['altered', async (device) => (await enrolmentFor(relay, owner, device)).fill(7, 200, 201)],
  ];
  for (const [what, make] of cases) {
    const code = await refusal(async (facts, device) => ({
      ...(await signHello(device, facts)),
      enrolments: [toBase64Url(await make(device))],
    }));
    expect([what, code]).toEqual([what, 'enrolment']);
  }
  const member = await joinMember(relay, owner);
  await owner.agent.next('presence', (message) => message.peer === member.device.peerId && message.online);
  await Promise.all([owner.agent.close(), member.agent.close(), stranger.agent.close()]);
});

test('a removal ends the connection, wins over its enrolment for ever, and loses to a newer one [S-RELAY-11]', async () => {
  const owner = await joinOwner(relay);
  const member = await joinMember(relay, owner);
  const removal = await signRemoval(owner.device, {
    relayKey: relay.relayKey,
    project: owner.project,
    member: member.device.peerId,
    serial: 1,
  });
  owner.agent.send({ type: 'remove', request: 1, removal: toBase64Url(removal) });
  await owner.agent.next('ok', (message) => message.request === 1);
  expect((await member.agent.next('error')).code).toBe('removed');
  await member.agent.closed;
  const again = await refusal(async (facts) => ({
    ...(await signHello(member.device, { ...facts, certificate: member.device.certificate }, relay.admissionToken)),
    enrolments: [toBase64Url(await enrolmentFor(relay, owner, member.device))],
  }));
  expect(again).toBe('removed');
  const { agent, welcome } = await joinRelay(relay, member.device, {
    enrolments: [await enrolmentFor(relay, owner, member.device, { serial: 2 })],
    admission: undefined,
  });
  expect(welcome.projects).toEqual([{ id: owner.project, role: 'member' }]);
  await Promise.all([agent.close(), owner.agent.close()]);
});

test('a member removes neither its owner nor its fellows [S-RELAY-11]', async () => {
  const owner = await joinOwner(relay);
  const [first, second] = [await joinMember(relay, owner), await joinMember(relay, owner)];
  for (const victim of [owner, second]) {
    const removal = await signRemoval(first.device, {
      relayKey: relay.relayKey,
      project: owner.project,
      member: victim.device.peerId,
      serial: 9,
    });
    first.agent.send({ type: 'remove', request: 5, removal: toBase64Url(removal) });
    expect(await first.agent.next('error')).toMatchObject({ code: 'not-allowed', request: 5, fatal: false });
  }
  // Nor does it hand in what somebody else signed.
  const foreign = await signRemoval(owner.device, {
    relayKey: relay.relayKey,
    project: owner.project,
    member: second.device.peerId,
    serial: 9,
  });
  first.agent.send({ type: 'remove', request: 6, removal: toBase64Url(foreign) });
  expect(await first.agent.next('error')).toMatchObject({ code: 'enrolment', request: 6 });
  await Promise.all([owner, first, second].map(({ agent }) => agent.close()));
});

test('an enrolment handed in while the new device is here brings both sides together', async () => {
  const owner = await joinOwner(relay);
  const guest = await joinOwner(relay);
  owner.agent.send({
    type: 'enrol',
    request: 3,
    enrolment: toBase64Url(await enrolmentFor(relay, owner, guest.device)),
  });
  await owner.agent.next('ok', (message) => message.request === 3);
  expect((await guest.agent.next('projects')).projects).toHaveLength(2);
  await owner.agent.next('presence', (message) => message.peer === guest.device.peerId && message.online);
  await guest.agent.next('presence', (message) => message.peer === owner.device.peerId && message.online);
  await Promise.all([owner.agent.close(), guest.agent.close()]);
});

test('the newest connection of a device wins, without the device going offline', async () => {
  const owner = await joinOwner(relay);
  const member = await joinMember(relay, owner);
  await owner.agent.next('presence', (message) => message.online);
  const { agent } = await joinRelay(relay, member.device, { admission: undefined });
  expect((await member.agent.next('error')).code).toBe('replaced');
  await member.agent.closed;
  await agent.close();
  expect(await owner.agent.next('presence')).toMatchObject({ peer: member.device.peerId, online: false });
  expect(owner.agent.waiting.filter((message) => message.type === 'presence')).toEqual([]);
  await owner.agent.close();
});
