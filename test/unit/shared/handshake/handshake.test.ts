import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, equalBytes, toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import {
  HandshakeResponder,
  MAX_HANDSHAKE_MESSAGE,
  startHandshake,
  type StartedHandshake,
} from '#shared/handshake/index.ts';
import { prologueFor, unwrapFirstMessage, wrapFirstMessage } from '#shared/handshake/first-message.ts';
import {
  decodeFirstPayload,
  decodeSecondPayload,
  encodeFirstPayload,
  encodeSecondPayload,
  type FirstPayload,
  type SecondPayload,
} from '#shared/handshake/payloads.ts';
import type { DeviceIdentity } from '#shared/identity/index.ts';
import { NoiseHandshake } from '#shared/noise/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/rejections.ts';
import { alice, bob, crypto, device, flipBit, mallory, NOW, pinOf, responderOf, SESSION_ID, start } from './devices.ts';

/** A message 1 by `sender` for `bob` with a payload of the test's making. */
async function craftFirst(
  sender: DeviceIdentity,
  changes: Partial<FirstPayload> | Uint8Array,
): Promise<{ message1: Uint8Array; noise: NoiseHandshake }> {
  const noise = new NoiseHandshake({
    crypto,
    pattern: 'IK',
    initiator: true,
    prologue: prologueFor(bob.peerId),
    staticKey: sender.staticKey,
    remoteStatic: bob.staticKey.publicKey,
  });
  const payload: FirstPayload = {
    certificate: sender.certificate,
    sessionId: SESSION_ID,
    purpose: 'session',
    time: NOW,
    offer: { versions: [1], limits: { record: 65_535 } },
    ...(changes instanceof Uint8Array ? {} : changes),
  };
  const encoded = changes instanceof Uint8Array ? changes : encodeFirstPayload(payload);
  return { message1: wrapFirstMessage(crypto, bob.peerId, await noise.writeMessage(encoded)), noise };
}

/** Bob's side by hand, with his real static key and a payload 2 of the test's making. */
async function answerAs(
  responder: DeviceIdentity,
  message1: Uint8Array,
  changes: Partial<SecondPayload> | Uint8Array,
): Promise<Uint8Array> {
  const noise = new NoiseHandshake({
    crypto,
    pattern: 'IK',
    initiator: false,
    prologue: prologueFor(bob.peerId),
    staticKey: responder.staticKey,
  });
  const first = decodeFirstPayload(await noise.readMessage(unwrapFirstMessage(crypto, bob.peerId, message1)));
  const payload: SecondPayload = {
    certificate: responder.certificate,
    answer: 'accepted',
    version: 1,
    limits: { record: 65_535 },
    time: NOW,
    offer: first.offer,
    ...(changes instanceof Uint8Array ? {} : changes),
  };
  return noise.writeMessage(changes instanceof Uint8Array ? changes : encodeSecondPayload(payload));
}

describe('two paired devices', () => {
  it('get one secure connection and know each other', async () => {
    const started = await start(alice, pinOf(bob));
    const incoming = await responderOf(bob, [pinOf(alice)]).receive(started.message1);
    expect(incoming.peer.peerId).toBe(alice.peerId);
    expect([incoming.sessionId, incoming.purpose, incoming.clockSkew]).toEqual([SESSION_ID, 'session', 0]);
    const { message2, established: there } = await incoming.respond();
    const here = await started.finish(message2);

    expect([here.peer.peerId, there.peer.peerId]).toEqual([bob.peerId, alice.peerId]);
    expect([here.version, there.version]).toEqual([1, 1]);
    expect([here.limits, there.limits]).toEqual([{ record: 65_535 }, { record: 65_535 }]);
    expect([here.sessionId, there.sessionId]).toEqual([SESSION_ID, SESSION_ID]);
    expect(here.handshakeHash).toEqual(there.handshakeHash);
    expect(here.exportSecret('path')).toEqual(there.exportSecret('path'));
    expect(there.receive.open(concatBytes(...here.send.seal(toUtf8('hello'))))).toEqual(toUtf8('hello'));
    expect(here.receive.open(concatBytes(...there.send.seal(toUtf8('world'))))).toEqual(toUtf8('world'));
  });

  it('exchange small messages that show neither certificate nor session id [S-LINK-6]', async () => {
    const started = await start(alice, pinOf(bob));
    const { message2 } = await (await responderOf(bob, [pinOf(alice)]).receive(started.message1)).respond();
    const seen = toHex(concatBytes(started.message1, message2));
    for (const secret of [alice.signingKey, alice.staticKey.publicKey, bob.signingKey, SESSION_ID]) {
      expect(seen).not.toContain(toHex(secret));
    }
    expect(started.message1.length).toBeLessThan(400);
    expect(message2.length).toBeLessThan(400);
  });

  it('export secrets that somebody who knows the public hash cannot compute [S-LINK-6]', async () => {
    const started = await start(alice, pinOf(bob));
    const { established } = await (await responderOf(bob, [pinOf(alice)]).receive(started.message1)).respond();
    const guess = crypto.hkdfSha256(established.handshakeHash, new Uint8Array(0), toUtf8('path'), 32);
    expect(established.exportSecret('path')).not.toEqual(guess);
    expect(established.exportSecret('path')).not.toEqual(established.exportSecret('other'));
  });

  it('learn how far their clocks are apart; a wrong clock is only a warning', async () => {
    for (const skew of [-1_700_000_000, -3601, 90, 20_000_000]) {
      const started = await start(alice, pinOf(bob), NOW + skew);
      const incoming = await responderOf(bob, [pinOf(alice)]).receive(started.message1);
      const { message2, established } = await incoming.respond();
      const here = await started.finish(message2);
      expect([incoming.clockSkew, established.clockSkew, here.clockSkew]).toEqual([skew, skew, -skew]);
    }
  });
});

describe('before any Diffie-Hellman', () => {
  const noAgreement = (): Promise<never> => Promise.reject(new Error('a Diffie-Hellman for a stranger'));
  /** Fails on the first curve operation, as does the key below. */
  const noCurves: CryptoBackend = {
    ...crypto,
    x25519: noAgreement,
    ed25519Verify: () => {
      throw new Error('a signature for a stranger');
    },
  };
  const guarded = new HandshakeResponder({
    crypto: noCurves,
    identity: { ...bob, staticKey: { ...bob.staticKey, agree: noAgreement } },
    clock: new FakeClock(),
    lookup: () => pinOf(alice),
  });

  it('a message for another device is refused [S-LINK-1]', async () => {
    const { message1 } = await start(alice, pinOf(mallory));
    expect(await codeOf(() => guarded.receive(message1))).toBe('handshake.mac');
  });

  it('any changed bit is refused', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    const codes = new Set<string>();
    for (let bit = 0; bit < message1.length * 8; bit += 1) {
      codes.add(await codeOf(() => guarded.receive(flipBit(message1, bit))));
    }
    expect([...codes].sort()).toEqual(['handshake.mac', 'handshake.suite', 'handshake.version']);
  });

  it('a cut or overlong message is refused', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    for (let length = 0; length < message1.length; length += 1) {
      const code = await codeOf(() => guarded.receive(message1.subarray(0, length)));
      expect(['format.short', 'handshake.mac']).toContain(code);
    }
    const long = concatBytes(message1, new Uint8Array(MAX_HANDSHAKE_MESSAGE));
    expect(await codeOf(() => guarded.receive(long))).toBe('format.handshake');
  });

  it('the message itself would have reached the curve [S-LINK-1]', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    await expect(guarded.receive(message1)).rejects.toThrow('a Diffie-Hellman for a stranger');
  });
});

describe('the responder refuses', () => {
  it('any changed bit even when the sender knows the peer id and makes a new MAC', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    const noiseMessage = unwrapFirstMessage(crypto, bob.peerId, message1);
    const responder = responderOf(bob, [pinOf(alice)]);
    for (let bit = 0; bit < noiseMessage.length * 8; bit += 1) {
      const forged = wrapFirstMessage(crypto, bob.peerId, flipBit(noiseMessage, bit));
      expect(await codeOf(() => responder.receive(forged))).toBe('crypto.open');
    }
    expect((await responder.receive(message1)).peer.peerId).toBe(alice.peerId);
  });

  it('a device that is not paired', async () => {
    const { message1 } = await start(mallory, pinOf(bob));
    expect(await codeOf(() => responderOf(bob, [pinOf(alice)]).receive(message1))).toBe('handshake.unknown-peer');
  });

  it('a peer whose pinned key is another', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    const pin = { ...pinOf(alice), signingKey: mallory.signingKey };
    expect(await codeOf(() => responderOf(bob, [pin]).receive(message1))).toBe('handshake.wrong-peer');
  });

  it('another initiator’s certificate with a key of one’s own', async () => {
    const { message1 } = await craftFirst(mallory, { certificate: alice.certificate });
    const responder = responderOf(bob, [pinOf(alice), pinOf(mallory)]);
    expect(await codeOf(() => responder.receive(message1))).toBe('handshake.static-key');
  });

  it('an older generation, and takes a newer one and says so', async () => {
    const newer = device(1, 5);
    const old = await start(device(1, 4), pinOf(bob));
    const responder = responderOf(bob, [pinOf(newer)]);
    expect(await codeOf(() => responder.receive(old.message1))).toBe('handshake.generation');
    for (const generation of [5, 6]) {
      const { message1 } = await start(device(1, generation), pinOf(bob));
      expect((await responder.receive(message1)).peer.generation).toBe(generation);
    }
  });

  it('a certificate that is forged or has expired', async () => {
    const forged = await craftFirst(alice, { certificate: flipBit(alice.certificate, 149 * 8) });
    expect(await codeOf(() => responderOf(bob, [pinOf(alice)]).receive(forged.message1))).toBe('certificate.signature');
    const { message1 } = await start(alice, pinOf(bob));
    const late = new FakeClock((NOW + 3660 * 86_400) * 1000);
    expect(await codeOf(() => responderOf(bob, [pinOf(alice)], late).receive(message1))).toBe('certificate.expired');
  });

  it('itself', async () => {
    const { message1 } = await craftFirst(bob, {});
    expect(await codeOf(() => responderOf(bob, [pinOf(bob)]).receive(message1))).toBe('handshake.self');
    expect(await codeOf(() => start(bob, pinOf(bob)))).toBe('handshake.self');
  });

  it('an offer without a common version, and picks the common one otherwise', async () => {
    const limits = { record: 2048 };
    const none = await craftFirst(alice, { offer: { versions: [2, 9], limits } });
    expect(await codeOf(() => responderOf(bob, [pinOf(alice)]).receive(none.message1))).toBe('handshake.version');
    const some = await craftFirst(alice, { offer: { versions: [1, 2], limits } });
    const { message2, established } = await (await responderOf(bob, [pinOf(alice)]).receive(some.message1)).respond();
    expect([established.version, established.limits]).toEqual([1, limits]);
    expect(decodeSecondPayload(await some.noise.readMessage(message2)).offer).toEqual({ versions: [1, 2], limits });
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['only a certificate', concatBytes(Uint8Array.of(0, 150), alice.certificate)],
  ])('a payload that is %s', async (_, payload) => {
    const { message1 } = await craftFirst(alice, payload);
    expect(await codeOf(() => responderOf(bob, [pinOf(alice)]).receive(message1))).toBe('format.short');
  });
});

describe('a message 1', () => {
  it('is taken once, however much later it comes again [S-LINK-4]', async () => {
    const clock = new FakeClock();
    const responder = responderOf(bob, [pinOf(alice)], clock);
    const { message1 } = await start(alice, pinOf(bob));
    await (await responder.receive(message1)).respond();
    for (const pause of [0, 60_000, 9 * 60_000, 11 * 60_000, 30 * 86_400_000]) {
      await clock.advance(pause);
      expect(await codeOf(() => responder.receive(message1))).toBe('handshake.replay');
    }
  });

  it('is taken once also when the clock of its sender was wrong', async () => {
    for (const skew of [-86_400 * 365, 86_400 * 365]) {
      const clock = new FakeClock();
      const responder = responderOf(bob, [pinOf(alice)], clock);
      const { message1 } = await start(alice, pinOf(bob), NOW + skew);
      await responder.receive(message1);
      await clock.advance(3600_000);
      expect(await codeOf(() => responder.receive(message1))).toBe('handshake.replay');
      expect((await responder.receive((await start(alice, pinOf(bob))).message1)).clockSkew).toBe(-3600);
    }
  });

  it('is taken once when it comes twice at the same moment', async () => {
    const responder = responderOf(bob, [pinOf(alice)]);
    const { message1 } = await start(alice, pinOf(bob));
    const results = await Promise.allSettled([responder.receive(message1), responder.receive(message1)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(await codeOf(() => Promise.reject(reasons[0]))).toBe('handshake.replay');
  });

  it('is answered once', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    const incoming = await responderOf(bob, [pinOf(alice)]).receive(message1);
    const first = incoming.respond();
    expect(await codeOf(() => incoming.respond())).toBe('handshake.used');
    expect((await first).established.peer.peerId).toBe(alice.peerId);
    expect(await codeOf(() => incoming.respond())).toBe('handshake.used');
  });

  it('is not answered when the pin was removed meanwhile [S-RIGHT-4]', async () => {
    const pins = new Map([[alice.peerId, pinOf(alice)]]);
    const responder = new HandshakeResponder({
      crypto,
      identity: bob,
      clock: new FakeClock(),
      lookup: (peerId) => pins.get(peerId),
    });
    const incoming = await responder.receive((await start(alice, pinOf(bob))).message1);
    pins.clear();
    expect(await codeOf(() => incoming.respond())).toBe('handshake.unknown-peer');
  });

  it('that is replayed to a restarted responder gives the replayer nothing it can open or seal [S-LINK-4]', async () => {
    const started = await start(alice, pinOf(bob));
    const first = await (await responderOf(bob, [pinOf(alice)]).receive(started.message1)).respond();
    const here = await started.finish(first.message2);
    const record = concatBytes(...here.send.seal(toUtf8('run this')));
    const again = await (await responderOf(bob, [pinOf(alice)]).receive(started.message1)).respond();
    expect(await codeOf(() => again.established.receive.open(record))).toBe('crypto.open');
    expect(again.established.exportSecret('path')).not.toEqual(here.exportSecret('path'));
  });

  it('reflected to its sender is refused, as message 1 and as message 2', async () => {
    const started = await start(alice, pinOf(bob));
    expect(await codeOf(() => responderOf(alice, [pinOf(bob)]).receive(started.message1))).toBe('handshake.mac');
    const noiseMessage = unwrapFirstMessage(crypto, bob.peerId, started.message1);
    const turned = wrapFirstMessage(crypto, alice.peerId, noiseMessage);
    expect(await codeOf(() => responderOf(alice, [pinOf(bob)]).receive(turned))).toBe('crypto.open');
    expect(await codeOf(() => started.finish(noiseMessage))).toBe('handshake.damaged');
  });

  it('sent on to another responder is refused, also with a MAC for that one', async () => {
    const { message1 } = await start(alice, pinOf(bob));
    const other = responderOf(mallory, [pinOf(alice)]);
    expect(await codeOf(() => other.receive(message1))).toBe('handshake.mac');
    const forOther = wrapFirstMessage(crypto, mallory.peerId, unwrapFirstMessage(crypto, bob.peerId, message1));
    expect(await codeOf(() => other.receive(forOther))).toBe('crypto.open');
  });
});

describe('the initiator refuses', () => {
  it('any changed bit of message 2', async () => {
    // The same ephemeral key each time, so that one answer fits every try.
    const crypto: CryptoBackend = { ...nativeBackend, randomBytes: (length) => new Uint8Array(length).fill(5) };
    const again = (): Promise<StartedHandshake> =>
      startHandshake({
        crypto,
        identity: alice,
        peer: pinOf(bob),
        sessionId: SESSION_ID,
        purpose: 'session',
        now: NOW,
      });
    const { message1 } = await again();
    const { message2 } = await (await responderOf(bob, [pinOf(alice)]).receive(message1)).respond();
    for (let bit = 0; bit < message2.length * 8; bit += 1) {
      const started = await again();
      expect(await codeOf(() => started.finish(flipBit(message2, bit)))).toBe('handshake.damaged');
    }
    expect((await (await again()).finish(message2)).peer.peerId).toBe(bob.peerId);
  });

  it('the answer to another handshake', async () => {
    const one = await start(alice, pinOf(bob));
    const two = await start(alice, pinOf(bob));
    const { message2 } = await (await responderOf(bob, [pinOf(alice)]).receive(two.message1)).respond();
    expect(await codeOf(() => one.finish(message2))).toBe('handshake.damaged');
  });

  it('a second answer', async () => {
    const started = await start(alice, pinOf(bob));
    const { message2 } = await (await responderOf(bob, [pinOf(alice)]).receive(started.message1)).respond();
    await started.finish(message2);
    expect(await codeOf(() => started.finish(message2))).toBe('handshake.used');
  });

  it('a cut or overlong answer', async () => {
    for (const length of [0, 31, 32, 47, 48, 100]) {
      const started = await start(alice, pinOf(bob));
      const { message2 } = await (await responderOf(bob, [pinOf(alice)]).receive(started.message1)).respond();
      expect(await codeOf(() => started.finish(message2.subarray(0, length)))).toBe('handshake.damaged');
    }
    const started = await start(alice, pinOf(bob));
    expect(await codeOf(() => started.finish(new Uint8Array(MAX_HANDSHAKE_MESSAGE + 1)))).toBe('handshake.damaged');
  });

  it('anybody without the pinned static key', async () => {
    const started = await start(alice, pinOf(bob));
    const wrapped = unwrapFirstMessage(crypto, bob.peerId, started.message1);
    const noise = new NoiseHandshake({
      crypto,
      pattern: 'IK',
      initiator: false,
      prologue: prologueFor(bob.peerId),
      staticKey: mallory.staticKey,
    });
    expect(await codeOf(() => noise.readMessage(wrapped))).toBe('crypto.open');
  });

  it.each([
    ['handshake.wrong-peer', { certificate: mallory.certificate }],
    ['certificate.signature', { certificate: flipBit(bob.certificate, 149 * 8) }],
    ['handshake.downgrade', { offer: { versions: [1, 2], limits: { record: 65_535 } } }],
    ['handshake.downgrade', { offer: { versions: [1], limits: { record: 65_534 } } }],
    ['handshake.version', { version: 2 }],
    ['format.handshake', { limits: { record: 1023 } }],
    ['format.handshake', { answer: 'unknown-session' }],
    ['format.short', new Uint8Array(0)],
  ] as const)('with %s a payload 2 that has %o', async (code, changes) => {
    const started = await start(alice, pinOf(bob));
    expect(await codeOf(async () => started.finish(await answerAs(bob, started.message1, changes)))).toBe(code);
  });

  it('an older generation or another key of the same one; a newer certificate is taken and reported', async () => {
    const older = await start(alice, pinOf(bob, 3));
    expect(await codeOf(async () => older.finish(await answerAs(bob, older.message1, {})))).toBe(
      'handshake.generation',
    );

    const newer = device(2, 4).certificate;
    const same = await start(alice, pinOf(bob, 4));
    expect(await codeOf(async () => same.finish(await answerAs(bob, same.message1, { certificate: newer })))).toBe(
      'handshake.static-key',
    );
    const started = await start(alice, pinOf(bob));
    const { peer } = await started.finish(await answerAs(bob, started.message1, { certificate: newer }));
    expect(peer.generation).toBe(4);
    expect(equalBytes(peer.staticKey, bob.staticKey.publicKey)).toBe(false);
  });
});
