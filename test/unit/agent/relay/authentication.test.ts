import { describe, expect, it } from 'vitest';
import { DialError } from '#shared/relay-dialer/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromBase64Url, toBase64Url, toHex } from '#shared/bytes/index.ts';
import { createIdentity, signEnrolment } from '#shared/identity/index.ts';
import { admissionProof, helloTranscript, relayKeyId } from '#shared/relay-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { ScriptedRelay } from '#test/support/scripted-relay.ts';
import { connectAsJoiner } from '#agent/relay/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { bench, onlineBench, type Bench } from './setup.ts';

/** Why the client has failed for good; it must stay silent from then on. */
async function failureOf({ client, clock, relay }: Bench): Promise<string | undefined> {
  expect(client.status).toMatchObject({ state: 'failed', problem: client.failure?.code, retryAt: null });
  const dials = relay.dials.length;
  await clock.advance(3_600_000);
  expect(relay.dials.length).toBe(dials);
  expect(clock.pending).toBe(0);
  return client.failure?.code;
}

async function dialed(made: Bench): Promise<Bench> {
  made.client.start();
  await settle();
  return made;
}

async function enrolmentAt(relayKey: Uint8Array): Promise<Uint8Array> {
  const inviter = createIdentity(nativeBackend, nativeBackend.randomBytes(32), { generation: 1, now: 0 });
  const facts = { project: '0'.repeat(32), member: inviter.peerId, role: 'member', notAfter: 1, serial: 1 } as const;
  return signEnrolment(inviter, { relayKey, ...facts });
}

describe('the hello', () => {
  it('signs the address that was dialed, the TLS key that was seen, both nonces and the offered versions', async () => {
    const relay = new ScriptedRelay();
    relay.tlsPin = nativeBackend.randomBytes(32);
    const made = await dialed(bench({}, {}, relay));
    await relay.last.challenge({ versions: [1, 3] });
    const facts = relay.last.facts([1, 3]);
    expect(facts.authority).toBe('relay.example:7474');
    const { signature } = relay.last.hello;
    const { signingKey } = made.identity;
    expect(nativeBackend.ed25519Verify(signingKey, helloTranscript(facts), fromBase64Url(signature))).toBe(true);
    const other = { ...facts, authority: 'other.example:7474' };
    expect(nativeBackend.ed25519Verify(signingKey, helloTranscript(other), fromBase64Url(signature))).toBe(false);
  });

  it('proves the admission token without showing it, where the relay asks for one [S-RELAY-1]', async () => {
    const made = await dialed(bench({ admission: () => 'correct horse' }));
    await made.relay.last.challenge({ admission: 'token' });
    const proof = admissionProof(nativeBackend, 'correct horse', made.relay.last.facts());
    expect(made.relay.last.hello.admission).toBe(toBase64Url(proof));
    expect(JSON.stringify(made.relay.last.sent)).not.toContain('correct horse');
  });

  it('says nothing of the token to an open relay', async () => {
    const made = await dialed(bench({ admission: () => 'correct horse' }));
    await made.relay.last.challenge();
    expect(made.relay.last.hello.admission).toBeUndefined();
  });

  it('shows the enrolments of the moment, at most eight', async () => {
    const relay = new ScriptedRelay();
    let enrolments = [await enrolmentAt(relay.relayKey)];
    const made = await dialed(bench({ enrolments: () => enrolments }, {}, relay));
    await made.relay.last.challenge();
    expect(made.relay.last.hello.enrolments).toEqual(enrolments.map(toBase64Url));
    enrolments = await Promise.all(Array.from({ length: 12 }, () => enrolmentAt(relay.relayKey)));
    made.relay.last.drop();
    await made.clock.advance(1000);
    await made.relay.last.challenge();
    expect(made.relay.last.hello.enrolments).toHaveLength(8);
  });

  it('says nothing of enrolments at other relays', async () => {
    const relay = new ScriptedRelay();
    const [elsewhere, here] = [await enrolmentAt(nativeBackend.randomBytes(32)), await enrolmentAt(relay.relayKey)];
    const made = await dialed(bench({ enrolments: () => [elsewhere, Uint8Array.of(1), here] }, {}, relay));
    await made.relay.last.challenge();
    expect(made.relay.last.hello.enrolments).toEqual([toBase64Url(here)]);
  });
});

describe('a relay that is not the right one', () => {
  it('is left before anything is signed when its key is not the pinned one [S-RELAY-6]', async () => {
    const made = await dialed(bench({ relayKeyPin: nativeBackend.randomBytes(32) }));
    await made.relay.last.challenge();
    expect(made.relay.last.sent).toEqual([]);
    expect(made.relay.last.state).toBe('terminated');
    expect(await failureOf(made)).toBe('relay.key-mismatch');
  });

  it('is found when it forwards the challenge of the pinned relay and cannot sign the welcome [S-RELAY-6]', async () => {
    const genuine = new ScriptedRelay();
    const made = await dialed(bench({ relayKeyPin: genuine.relayKey }));
    await made.relay.last.challenge({ relayKey: toBase64Url(genuine.relayKey) });
    made.relay.last.welcome();
    expect(await failureOf(made)).toBe('relay.welcome-signature');
  });

  it('is found when the welcome it forwards was signed for another address', async () => {
    const made = await dialed(bench());
    await made.relay.last.challenge();
    made.relay.last.welcome({}, { ...made.relay.last.facts(), authority: 'elsewhere.example:7474' });
    expect(await failureOf(made)).toBe('relay.welcome-signature');
  });

  it('is found when it strips or adds versions on the way [S-RELAY-6]', async () => {
    const made = await dialed(bench());
    await made.relay.last.challenge({ versions: [1] });
    made.relay.last.welcome({}, made.relay.last.facts([1, 3]));
    expect(await failureOf(made)).toBe('relay.welcome-signature');
  });

  it.each([
    ['offers no version we speak', { versions: [6, 7] }, 'challenge'],
    ['chooses another version', { version: 2 }, 'welcome'],
  ] as const)('is left when it %s', async (_name, changes, step) => {
    const made = await dialed(bench());
    await made.relay.last.challenge(step === 'challenge' ? changes : {});
    if (step === 'welcome') made.relay.last.welcome(changes);
    expect(await failureOf(made)).toBe('relay.version');
  });

  it('stays pinned for the life of the client once its first welcome has proved its key', async () => {
    const keys: Uint8Array[] = [];
    const made = await onlineBench({}, { onRelayKey: (key) => keys.push(key) });
    expect(keys).toEqual([made.relay.relayKey]);
    expect(made.client.status.keyId).toBe(relayKeyId(nativeBackend, made.relay.relayKey));
    made.relay.last.drop();
    await made.clock.advance(1000);
    await made.relay.last.challenge({ relayKey: toBase64Url(nativeBackend.randomBytes(32)) });
    expect(await failureOf(made)).toBe('relay.key-mismatch');
    expect(keys).toHaveLength(1);
  });
});

describe('failures that need a person', () => {
  it.each(['version', 'signature', 'relay-mismatch', 'certificate', 'enrolment', 'removed', 'replaced'] as const)(
    'are never retried: %s',
    async (code) => {
      const made = await onlineBench();
      made.relay.last.say({ type: 'error', code, message: '\u001b[31mno', fatal: true });
      expect(await failureOf(made)).toBe(`relay.${code}`);
      expect(made.client.failure?.message).not.toContain('\u001b');
    },
  );

  it('tell a device without enrolment or ticket, which no token helps, from a rejected one', async () => {
    for (const [shows, code] of [
      [false, 'relay.enrolment-needed'],
      [true, 'relay.enrolment'],
    ] as const) {
      const relay = new ScriptedRelay();
      const enrolment = await enrolmentAt(relay.relayKey);
      const made = await dialed(
        bench({ admission: () => 'correct horse', enrolments: () => (shows ? [enrolment] : []) }, {}, relay),
      );
      await made.relay.last.challenge({ admission: 'token' });
      made.relay.last.say({ type: 'error', code: 'enrolment', message: '', fatal: true });
      expect(await failureOf(made)).toBe(code);
      expect(made.client.keyRefused !== undefined).toBe(!shows);
    }
  });

  it('tell a missing admission token from a wrong one', async () => {
    for (const [token, code] of [
      [undefined, 'relay.admission-needed'],
      ['wrong', 'relay.admission'],
    ] as const) {
      const made = await dialed(bench({ admission: () => token }));
      await made.relay.last.challenge({ admission: 'token' });
      made.relay.last.say({ type: 'error', code: 'admission', message: '', fatal: true });
      expect(await failureOf(made)).toBe(code);
    }
  });

  it.each(['relay.pin-mismatch', 'relay.untrusted', 'relay.tls-certificate'])('of dialing: %s', async (code) => {
    const relay = new ScriptedRelay();
    relay.dialError = new DialError(code, 'no', { details: { pin: toHex(new Uint8Array(32)) } });
    const made = await dialed(bench({}, {}, relay));
    expect(await failureOf(made)).toBe(code);
    expect(made.client.failure?.details).toEqual({ pin: toHex(new Uint8Array(32)) });
  });

  it('of a proxy that wants another password is tried again in a network without it, and not through it [S-NET-3]', async () => {
    let proxy: string | undefined = 'http://proxy.test:3128';
    const relay = Object.assign(new ScriptedRelay(), { proxy: () => Promise.resolve(proxy) });
    relay.dialError = new DialError('relay.proxy-auth', 'no', { details: { status: 401, proxy } });
    const made = await dialed(bench({}, {}, relay));
    expect(await failureOf(made)).toBe('relay.proxy-auth');
    made.client.probe(1000);
    await settle();
    expect(relay.dials).toHaveLength(1);
    proxy = undefined;
    relay.dialError = undefined;
    made.client.probe(1000);
    await settle();
    await relay.last.open();
    expect(made.client.status.state).toBe('online');
  });

  it('of a proxy that forbids it is asked about again after ten minutes, and no sooner by itself [S-NET-3]', async () => {
    const relay = new ScriptedRelay();
    relay.dialError = new DialError('relay.proxy-forbidden', 'no', { details: { status: 403, retryAfter: 600_000 } });
    const made = await dialed(bench({}, {}, relay));
    await made.clock.advance(590_000);
    expect([relay.dials.length, made.client.status.problem]).toEqual([1, 'relay.proxy-forbidden']);
    await made.clock.advance(30_000);
    expect(relay.dials).toHaveLength(2);
  });

  it('can be tried again when a person says so', async () => {
    const made = await onlineBench();
    made.relay.last.say({ type: 'error', code: 'replaced', message: '', fatal: true });
    expect(await failureOf(made)).toBe('relay.replaced');
    made.client.start();
    await settle();
    await made.relay.last.open();
    expect(made.client.status.state).toBe('online');
  });
});

describe('a joiner', () => {
  const options = (relay: ScriptedRelay): Parameters<typeof connectAsJoiner>[0] => {
    const { identity, clock } = bench();
    return {
      crypto: nativeBackend,
      identity,
      clock,
      logger: silentLogger,
      dialer: relay,
      config: { url: 'ws://127.0.0.1:9', admission: () => 'secret' },
    };
  };

  it('claims a mailbox without being admitted, and learns key and pin of the relay', async () => {
    const relay = new ScriptedRelay();
    const opening = connectAsJoiner(options(relay));
    await settle();
    await relay.last.challenge({ admission: 'token' });
    expect(relay.last.hello).toMatchObject({ role: 'joiner' });
    expect(relay.last.hello.admission).toBeUndefined();
    relay.last.welcome();
    const joiner = await opening;
    expect(joiner.relayKey).toEqual(relay.relayKey);
    const claiming = joiner.claimMailbox({ nameplate: 'ABCD' });
    const { request } = relay.last.lastOf('mailbox-claim');
    relay.last.say({ type: 'mailbox-claimed', request, deposit: toBase64Url(new Uint8Array(16).fill(3)) });
    relay.last.say({ type: 'mailbox-message', body: toBase64Url(Uint8Array.of(1, 2)) });
    const { deposit, mailbox } = await claiming;
    expect(deposit).toEqual(new Uint8Array(16).fill(3));
    expect(await mailbox.receive()).toEqual(Uint8Array.of(1, 2));
    joiner.close();
    expect(await codeOf(() => mailbox.receive())).toBe('pairing.interrupted');
    expect(relay.last.state).toBe('closed');
  });

  it('fails with the reason, once', async () => {
    const relay = new ScriptedRelay();
    const opening = connectAsJoiner(options(relay));
    await settle();
    relay.last.say({ type: 'error', code: 'rate', message: '', fatal: true, retryAfter: 5000 });
    expect(await codeOf(() => opening)).toBe('relay.rate');
    expect(relay.dials).toHaveLength(1);
  });

  it('takes nothing that is meant for members', async () => {
    const relay = new ScriptedRelay();
    const opening = connectAsJoiner(options(relay));
    await settle();
    await relay.last.open();
    const joiner = await opening;
    const claiming = joiner.claimMailbox({ nameplate: 'ABCD' });
    relay.last.say({ type: 'projects', projects: [] });
    expect(await codeOf(() => claiming)).toBe('relay.protocol');
  });
});
