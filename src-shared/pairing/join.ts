import { equalBytes } from '../bytes/index.ts';
import { commitmentTo } from './commitment.ts';
import { converse, PAIRING_LIFE, STEP_TIMEOUT, type Conversation } from './conversation.ts';
import { PairingError } from './errors.ts';
import { withFailureCode, JoinerHandshake, readEmpty, sealRecord } from './handshake.ts';
import { checkIntroduction } from './introduction.ts';
import { shortPeerId } from '../identity/index.ts';
import { encodeIntroduction, SHARE_BYTES, SID_BYTES } from './messages.ts';
import { finishCPace, prologueOf, startCPace, type PairingFacts } from './secrets.ts';
import { AGREED, decodeFinalConfirmation, DONE, encodeConfirmation, KEPT, NOT_KEPT } from './records.ts';
import type { JoinOptions, PairingOutcome } from './types.ts';
import { pairingWords } from './words.ts';

/**
 * Runs the joiner's side of a pairing, the one that enters the code or opens the link, through the relay's mailbox (PROTOCOL section 2). The caller's
 * `store` saves the result, and the promise resolves, only after the inviter's final confirmation.
 * @throws {PairingError} for every failure
 */
export async function join(options: JoinOptions): Promise<PairingOutcome> {
  return await converse(options, async (conversation) => await run(options, conversation));
}

async function run(options: JoinOptions, conversation: Conversation): Promise<PairingOutcome> {
  const { crypto, identity, method } = options;
  // 1. The code is used up from here on, whatever the result.
  const secret = secretOf(method);
  const byHand = method.kind === 'id' || method.kind === 'guest';
  if ('inviter' in method && method.inviter === identity.peerId) {
    throw new PairingError('pairing.self', 'this link, or this peer id, is of this device');
  }

  // 2. Hello: this side's half of the sid, its point, and the first handshake message. None of them reveals anything about the secret.
  const facts: PairingFacts = {
    relayKey: options.relayKey,
    form: method.kind,
    nameplate: method.kind === 'code' ? method.nameplate : '',
    inviterSid: method.inviterSid,
    joinerSid: crypto.randomBytes(SID_BYTES),
  };
  const cpace = secret === undefined ? undefined : startCPace(crypto, secret, facts);
  const started = await JoinerHandshake.start({ crypto, staticKey: identity.staticKey, prologue: prologueOf(facts) });
  conversation.send({ type: 'hello', sid: facts.joinerSid, point: cpace?.point, noise: started.message1 });

  // 3. Answer: anyone can make it without the secret, so it proves nothing yet.
  const answer = await conversation.receive('answer', STEP_TIMEOUT);
  const psk = await withFailureCode('pairing.protocol', () => pskOf(options, cpace, answer.point));
  const handshake = await started.withPsk(psk);
  await readEmpty(handshake, answer.noise);
  options.onProgress('joined');

  // 4. Proof: only a holder of the PSK can read this introduction. It has the commitment to the nonce; the inviter answers with its own nonce.
  const joinerNonce = crypto.randomBytes(SHARE_BYTES);
  const introduction = encodeIntroduction({
    share: commitmentTo(crypto, facts, joinerNonce),
    certificate: identity.certificate,
    // By hand, the other device hasn't proved yet who it is: the name follows once it has.
    name: byHand ? shortPeerId(identity.peerId) : options.name,
    grants: options.grants,
    enrolment: undefined,
    browser: options.browser,
  });
  const proof = await withFailureCode('pairing.protocol', async () => await handshake.writeMessage(introduction));
  conversation.send({ type: 'proof', sealed: proof });
  const { send, receive, handshakeHash } = handshake.finish();

  // 5. Welcome: the inviter's first message that depends on the PSK.
  const welcome = await conversation.receive('welcome', STEP_TIMEOUT);
  const opened = await withFailureCode('pairing.wrong-code', () => receive.open(welcome.sealed));
  const introduced = checkIntroduction(options, opened, handshake.remoteStatic, options.relayKey === undefined);
  const { share: inviterNonce, peer, grants, browser } = introduced;
  if ('inviter' in method && peer.peerId !== method.inviter) {
    throw new PairingError('pairing.wrong-device', 'the device that answered is not the one that was named');
  }
  options.onProgress('confirming');

  // 6. Confirmed, with this side's nonce: the inviter can now pin this device. This side pins the inviter once it has confirmed.
  const confirmation = encodeConfirmation(joinerNonce, byHand ? options.name : undefined);
  conversation.send({ type: 'confirmed', sealed: sealRecord(send, confirmation) });
  const words = pairingWords(crypto, { handshakeHash, joinerNonce, inviterNonce });
  // 8. Kept: the inviter has stored the pairing and waits to hear whether this side has.
  const keep = (outcome: PairingOutcome): PairingOutcome => {
    try {
      options.store(outcome);
    } catch (error) {
      conversation.sendLast({ type: 'kept', sealed: sealRecord(send, NOT_KEPT) });
      throw error;
    }
    conversation.sendLast({ type: 'kept', sealed: sealRecord(send, KEPT) });
    return outcome;
  };
  const open = (sealed: Uint8Array): Uint8Array => receive.open(sealed);
  if (method.kind === 'code' || method.kind === 'link') {
    await receiveDone(conversation, STEP_TIMEOUT, open, checkDone);
    const { name, enrolment, relayOffer } = introduced;
    return keep({
      peer,
      name,
      grants,
      enrolment,
      browser,
      words,
      handshakeHash,
      ...(relayOffer === undefined ? {} : { relayOffer }),
    });
  }

  // 7. By hand: the person here compares, and the inviter's final confirmation reports that the other person agreed, too.
  const last = receiveDone(conversation, PAIRING_LIFE, open, decodeFinalConfirmation);
  const ours = conversation.waitFor(method.agree({ peer, name: null, words, browser })).then(() => {
    conversation.send({ type: 'agreed', sealed: sealRecord(send, AGREED) });
  });
  const [{ name, enrolment }] = await Promise.all([last, ours]);
  return keep({ peer, name, grants, enrolment, browser, words, handshakeHash });
}

/** Returns the secret of CPace; that of a code is used up. */
function secretOf(method: JoinOptions['method']): Uint8Array | undefined {
  if (method.kind === 'code') return method.secret.take();
  return method.kind === 'guest' ? method.secret : undefined;
}

function pskOf(
  { crypto, method }: JoinOptions,
  cpace: ReturnType<typeof startCPace> | undefined,
  point: Uint8Array | undefined,
): Uint8Array {
  if ((cpace === undefined) !== (point === undefined)) {
    throw new PairingError('pairing.protocol', 'one side uses a code and the other a link');
  }
  if (method.kind === 'link' || method.kind === 'id') return method.psk;
  if (cpace === undefined || point === undefined) throw new TypeError('a code without CPace');
  return finishCPace(crypto, cpace, 'initiator', point);
}

async function receiveDone<Word>(
  conversation: Conversation,
  timeout: number,
  open: (sealed: Uint8Array) => Uint8Array,
  read: (text: Uint8Array) => Word,
): Promise<Word> {
  try {
    const done = await conversation.receive('done', timeout);
    return await withFailureCode('pairing.protocol', () => read(open(done.sealed)));
  } catch (error) {
    if (error instanceof PairingError && error.code === 'pairing.timeout') {
      throw new PairingError('pairing.interrupted', 'the last word of the inviter never came', { cause: error });
    }
    throw error;
  }
}

function checkDone(text: Uint8Array): void {
  if (!equalBytes(text, DONE)) throw new PairingError('pairing.protocol', 'another last word than agreed');
}
