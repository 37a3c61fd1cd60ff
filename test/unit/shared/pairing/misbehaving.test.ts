import { describe, expect, it } from 'vitest';
import { concatBytes, toUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { NoiseHandshake, type NoiseResult } from '#shared/noise/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { INVITER, JOINER, linkMethods, RELAY_KEY, startPairing, type Pairing } from '#test/support/pairing.ts';
import { commitmentTo } from '../../../../src-shared/pairing/commitment.ts';
import {
  decodeMessage,
  encodeIntroduction,
  encodePairingMessage,
  type Introduction,
} from '../../../../src-shared/pairing/messages.ts';
import { prologueOf } from '../../../../src-shared/pairing/secrets.ts';

/** The other side knows the link, so everything authenticates, but what it says is not what was agreed. */
const methods = linkMethods();
const NOTHING = new Uint8Array(0);
const JOINER_SID = new Uint8Array(16).fill(0x44);

function handshakeOf(initiator: boolean, joinerSid: Uint8Array): NoiseHandshake {
  const prologue = prologueOf({
    relayKey: RELAY_KEY,
    form: 'link',
    nameplate: '',
    inviterSid: methods.invite.ownSid,
    joinerSid,
  });
  const staticKey = (initiator ? JOINER : INVITER).staticKey;
  return new NoiseHandshake({
    crypto: nobleBackend,
    pattern: 'XXpsk3',
    initiator,
    prologue,
    staticKey,
    psk: methods.invite.psk,
  });
}

function lastOf(pairing: Pairing) {
  return decodeMessage(pairing.mailboxes.log.at(-1)?.body ?? NOTHING);
}

const NONCE = new Uint8Array(32).fill(0x55);

const INTRODUCTION: Introduction = {
  share: commitmentTo(
    nobleBackend,
    { relayKey: RELAY_KEY, form: 'link', nameplate: '', inviterSid: methods.invite.ownSid, joinerSid: JOINER_SID },
    NONCE,
  ),
  certificate: JOINER.certificate,
  name: 'joining laptop',
  grants: ['terminal'],
  enrolment: undefined,
};

/** A joiner made by hand against a real inviter; `proof` is the content of its third Noise message. */
async function joinByHand(proof: Uint8Array): Promise<{ pairing: Pairing; result: NoiseResult }> {
  const pairing = await startPairing({ only: 'inviter', inviter: { method: methods.invite } });
  const handshake = handshakeOf(true, JOINER_SID);
  const noise = await handshake.writeMessage(NOTHING);
  pairing.mailboxes.deliver(
    'inviter',
    encodePairingMessage({ type: 'hello', sid: JOINER_SID, point: undefined, noise }),
  );
  await settle();
  const answer = lastOf(pairing);
  if (answer.type !== 'answer') throw new Error(`an answer was expected, not ${answer.type}`);
  expect(await handshake.readMessage(answer.noise)).toEqual(NOTHING);
  const sealed = await handshake.writeMessage(proof);
  pairing.mailboxes.deliver('inviter', encodePairingMessage({ type: 'proof', sealed }));
  await settle();
  return { pairing, result: handshake.finish() };
}

/** An inviter made by hand against a real joiner, up to its answer; `answer` is the content of the second Noise message. */
async function inviteByHand(answer: Uint8Array): Promise<{ pairing: Pairing; handshake: NoiseHandshake }> {
  const pairing = await startPairing({ only: 'joiner', joiner: { method: methods.join } });
  const hello = lastOf(pairing);
  if (hello.type !== 'hello') throw new Error(`a hello was expected, not ${hello.type}`);
  const handshake = handshakeOf(false, hello.sid);
  await handshake.readMessage(hello.noise);
  const noise = await handshake.writeMessage(answer);
  const body = concatBytes(Uint8Array.of(2, 2), noise);
  pairing.mailboxes.deliver('joiner', body);
  await settle();
  return { pairing, handshake };
}

describe('an inviter whose joiner knows the secret', () => {
  const seal = (result: NoiseResult, text: string, nonce = NONCE): Uint8Array =>
    encodePairingMessage({
      type: 'confirmed',
      sealed: concatBytes(...result.send.seal(concatBytes(toUtf8(text), nonce))),
    });

  it('is paired by a joiner that keeps to the protocol', async () => {
    const { pairing, result } = await joinByHand(encodeIntroduction(INTRODUCTION));
    const welcome = lastOf(pairing);
    if (welcome.type !== 'welcome') throw new Error(`a welcome was expected, not ${welcome.type}`);
    expect(result.receive.open(welcome.sealed).length).toBeGreaterThan(0);
    expect(pairing.inviter.outcome).toBeUndefined();
    pairing.mailboxes.deliver('inviter', seal(result, 'confirmed'));
    await settle();
    // An older version leaves without saying that it has stored the pairing.
    pairing.mailboxes.close();
    await settle();
    expect(pairing.inviter.outcome?.handshakeHash).toEqual(result.handshakeHash);
  });

  it.each([
    ['', NONCE],
    ['done', NONCE],
    ['confirmed ', NONCE],
    ['CONFIRMED', NONCE],
    ['confirmed', NOTHING],
    ['confirmed', NONCE.subarray(1)],
    ['confirmed', Uint8Array.of(...NONCE, 0)],
  ])('is not paired by the confirmation %j with the nonce %s', async (text, nonce) => {
    const { pairing, result } = await joinByHand(encodeIntroduction(INTRODUCTION));
    pairing.mailboxes.deliver('inviter', seal(result, text, nonce));
    await settle();
    expect(pairing.inviter.outcome).toBeUndefined();
    expect(pairing.inviter.code).toBe('pairing.protocol');
  });

  it.each([
    ['brings an enrolment', encodeIntroduction({ ...INTRODUCTION, enrolment: new Uint8Array(100) })],
    ['says nothing', NOTHING],
    ['commits to nothing', encodeIntroduction(INTRODUCTION).subarray(32)],
    ['says more than agreed', Uint8Array.of(...encodeIntroduction(INTRODUCTION), 0)],
  ])('is not paired by one that %s', async (_what, proof) => {
    const { pairing } = await joinByHand(proof);
    expect(pairing.inviter.code).toBe('pairing.protocol');
    expect(pairing.inviter.steps).toEqual(['joined']);
  });
});

describe('a joiner whose inviter knows the secret', () => {
  const introduction = encodeIntroduction({ ...INTRODUCTION, certificate: INVITER.certificate });

  async function upToConfirmed(): Promise<{ pairing: Pairing; result: NoiseResult }> {
    const { pairing, handshake } = await inviteByHand(NOTHING);
    const proof = lastOf(pairing);
    if (proof.type !== 'proof') throw new Error(`a proof was expected, not ${proof.type}`);
    await handshake.readMessage(proof.sealed);
    const result = handshake.finish();
    const sealed = concatBytes(...result.send.seal(introduction));
    pairing.mailboxes.deliver('joiner', encodePairingMessage({ type: 'welcome', sealed }));
    await settle();
    return { pairing, result };
  }

  it.each([
    ['done', undefined],
    ['', 'pairing.protocol'],
    ['confirmed', 'pairing.protocol'],
    ['done ', 'pairing.protocol'],
  ])('after the last word %j ends as %s', async (text, code) => {
    const { pairing, result } = await upToConfirmed();
    expect(pairing.joiner.steps).toEqual(['joined', 'confirming']);
    expect(pairing.joiner.outcome).toBeUndefined();
    pairing.mailboxes.deliver(
      'joiner',
      encodePairingMessage({ type: 'done', sealed: concatBytes(...result.send.seal(toUtf8(text))) }),
    );
    await settle();
    expect(pairing.joiner.code).toBe(code);
    expect(pairing.joiner.outcome === undefined).toBe(code !== undefined);
  });

  it('does not take an answer that carries something: it could be read without the secret', async () => {
    const { pairing } = await inviteByHand(introduction);
    expect(pairing.joiner.code).toBe('pairing.protocol');
    expect(pairing.mailboxes.log.map(({ body }) => body[0])).toEqual([1, 127]);
  });
});
