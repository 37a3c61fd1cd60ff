import { nativeBackend } from '#node/crypto/index.ts';
import { concatBytes, toUtf8 } from '#shared/bytes/index.ts';
import { ephemeralKey, type AgreementKey } from '#shared/crypto/index.ts';
import { NoiseHandshake, type NoiseResult } from '#shared/noise/index.ts';
import { commitmentTo } from '../../src-shared/pairing/commitment.ts';
import {
  decodeIntroduction,
  decodeMessage,
  encodeIntroduction,
  encodePairingMessage,
  type PairingMessage,
} from '../../src-shared/pairing/messages.ts';
import { decodeConfirmation, DONE, encodeConfirmation } from '../../src-shared/pairing/records.ts';
import { finishCPace, prologueOf, startCPace, type PairingFacts } from '../../src-shared/pairing/secrets.ts';
import { settle } from './fake-clock.ts';
import type { MailboxSide } from './memory-mailbox.ts';
import {
  codeMethods,
  INVITER_SID,
  NAMEPLATE,
  RELAY_KEY,
  SECRET,
  startPairing,
  STRANGER,
  type Pairing,
} from './pairing.ts';

const crypto = nativeBackend;
const EMPTY = new Uint8Array(0);

function factsOf(inviterSid: Uint8Array, joinerSid: Uint8Array): PairingFacts {
  return { relayKey: RELAY_KEY, form: 'code', nameplate: NAMEPLATE, inviterSid, joinerSid };
}

function noiseOf(initiator: boolean, facts: PairingFacts, psk: Uint8Array, ephemeral?: AgreementKey): NoiseHandshake {
  return new NoiseHandshake({
    crypto,
    pattern: 'XXpsk3',
    initiator,
    prologue: prologueOf(facts),
    staticKey: STRANGER.staticKey,
    psk,
    ...(ephemeral === undefined ? {} : { ephemeral }),
  });
}

function introductionWith(share: Uint8Array): Uint8Array {
  const { certificate } = STRANGER;
  return encodeIntroduction({ share, certificate, name: 'stranger', grants: [], enrolment: undefined });
}

/** What a real side has just sent. */
function lastFrom<Type extends PairingMessage['type']>(
  { mailboxes }: Pairing,
  from: MailboxSide,
  type: Type,
): Extract<PairingMessage, { type: Type }> {
  const message = decodeMessage(mailboxes.log.findLast((posted) => posted.from === from)?.body ?? EMPTY);
  if (message.type !== type) throw new Error(`expected ${type}, not ${message.type}`);
  return message as Extract<PairingMessage, { type: Type }>;
}

/** The half of a man in the middle that faces the real inviter. It knows the code. */
export class FalseJoiner {
  readonly pairing: Pairing;
  readonly facts: PairingFacts;
  readonly #noise: NoiseHandshake;
  #result: NoiseResult | undefined;

  private constructor(pairing: Pairing, facts: PairingFacts, noise: NoiseHandshake) {
    this.pairing = pairing;
    this.facts = facts;
    this.#noise = noise;
  }

  /** Up to the answer: everything before the commitment. */
  static async meet(sids: { inviterSid?: Uint8Array; joinerSid?: Uint8Array } = {}): Promise<FalseJoiner> {
    const { inviterSid = INVITER_SID, joinerSid = crypto.randomBytes(16) } = sids;
    const method = { ...codeMethods().invite, ownSid: inviterSid };
    const pairing = await startPairing({ only: 'inviter', inviter: { method } });
    const facts = factsOf(inviterSid, joinerSid);
    const cpace = startCPace(crypto, toUtf8(SECRET), facts);
    // Message 1 does not depend on the PSK, which is known after the answer only.
    const ephemeral = ephemeralKey(crypto);
    const noise = await noiseOf(true, facts, new Uint8Array(32), ephemeral).writeMessage(EMPTY);
    pairing.mailboxes.deliver(
      'inviter',
      encodePairingMessage({ type: 'hello', sid: joinerSid, point: cpace.point, noise }),
    );
    await settle();
    const answer = lastFrom(pairing, 'inviter', 'answer');
    const psk = finishCPace(crypto, cpace, 'initiator', answer.point ?? EMPTY);
    const handshake = noiseOf(true, facts, psk, ephemeral);
    await handshake.writeMessage(EMPTY);
    await handshake.readMessage(answer.noise);
    return new FalseJoiner(pairing, facts, handshake);
  }

  /** The commitment an honest joiner would make in this run. */
  commitmentTo(nonce: Uint8Array): Uint8Array {
    return commitmentTo(crypto, this.facts, nonce);
  }

  /** Sends C. @returns the inviter's nonce */
  async commit(commitment: Uint8Array): Promise<Uint8Array> {
    const sealed = await this.#noise.writeMessage(introductionWith(commitment));
    this.#result = this.#noise.finish();
    this.pairing.mailboxes.deliver('inviter', encodePairingMessage({ type: 'proof', sealed }));
    await settle();
    const welcome = lastFrom(this.pairing, 'inviter', 'welcome');
    return decodeIntroduction(this.result.receive.open(welcome.sealed)).share;
  }

  /** Sends something else than E where E is due: C over again. */
  async commitAgain(commitment: Uint8Array): Promise<void> {
    const sealed = concatBytes(...this.result.send.seal(introductionWith(commitment)));
    this.pairing.mailboxes.deliver('inviter', encodePairingMessage({ type: 'proof', sealed }));
    await settle();
  }

  /** Sends E. */
  async open(nonce: Uint8Array): Promise<void> {
    const sealed = concatBytes(...this.result.send.seal(encodeConfirmation(nonce)));
    this.pairing.mailboxes.deliver('inviter', encodePairingMessage({ type: 'confirmed', sealed }));
    await settle();
    // It leaves, as a joiner of an older version does: the inviter waits for nothing more.
    this.pairing.mailboxes.close();
    await settle();
  }

  get result(): NoiseResult {
    if (this.#result === undefined) throw new Error('not committed yet');
    return this.#result;
  }
}

/** The half that faces the real joiner. It knows the code. */
export class FalseInviter {
  readonly pairing: Pairing;
  readonly facts: PairingFacts;
  /** What the joiner has committed to. */
  readonly commitment: Uint8Array;
  readonly result: NoiseResult;

  private constructor(pairing: Pairing, facts: PairingFacts, commitment: Uint8Array, result: NoiseResult) {
    this.pairing = pairing;
    this.facts = facts;
    this.commitment = commitment;
    this.result = result;
  }

  /** Up to C: the joiner has committed and waits for a nonce. */
  static async meet(): Promise<FalseInviter> {
    const pairing = await startPairing({ only: 'joiner', joiner: { crypto } });
    const hello = lastFrom(pairing, 'joiner', 'hello');
    const facts = factsOf(INVITER_SID, hello.sid);
    const cpace = startCPace(crypto, toUtf8(SECRET), facts);
    const handshake = noiseOf(false, facts, finishCPace(crypto, cpace, 'responder', hello.point ?? EMPTY));
    await handshake.readMessage(hello.noise);
    const noise = await handshake.writeMessage(EMPTY);
    pairing.mailboxes.deliver('joiner', encodePairingMessage({ type: 'answer', point: cpace.point, noise }));
    await settle();
    const proof = lastFrom(pairing, 'joiner', 'proof');
    const { share } = decodeIntroduction(await handshake.readMessage(proof.sealed));
    return new FalseInviter(pairing, facts, share, handshake.finish());
  }

  /** Sends D. */
  async welcome(nonce: Uint8Array): Promise<void> {
    const sealed = concatBytes(...this.result.send.seal(introductionWith(nonce)));
    this.pairing.mailboxes.deliver('joiner', encodePairingMessage({ type: 'welcome', sealed }));
    await settle();
  }

  /** The nonce the joiner has opened; fails before it has. */
  opened(): Uint8Array {
    return decodeConfirmation(this.result.receive.open(lastFrom(this.pairing, 'joiner', 'confirmed').sealed));
  }

  /** Sends F. */
  async finish(): Promise<void> {
    const sealed = concatBytes(...this.result.send.seal(DONE));
    this.pairing.mailboxes.deliver('joiner', encodePairingMessage({ type: 'done', sealed }));
    await settle();
  }
}
