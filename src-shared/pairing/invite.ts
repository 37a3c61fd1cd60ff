import { checkOpening } from './commitment.ts';
import { converse, STEP_TIMEOUT, type Conversation } from './conversation.ts';
import { PairingError } from './errors.ts';
import { withFailureCode, inviterHandshake, readEmpty, sealRecord } from './handshake.ts';
import { checkIntroduction } from './introduction.ts';
import { shortPeerId } from '../identity/index.ts';
import { equalBytes } from '../bytes/index.ts';
import { FirstMailbox } from './first-mailbox.ts';
import { encodeIntroduction, SHARE_BYTES } from './messages.ts';
import { finishCPace, prologueOf, startCPace, type PairingFacts } from './secrets.ts';
import {
  AGREED,
  decodeConfirmation,
  decodeNamedConfirmation,
  DONE,
  encodeFinalConfirmation,
  KEPT,
  NOT_KEPT,
} from './records.ts';
import type { InviteOptions, PairingOutcome } from './types.ts';
import { pairingWords } from './words.ts';

/**
 * Runs the inviter's side of a pairing through the relay's mailbox (PROTOCOL section 2). The caller's `store` saves the result before the joiner
 * learns it. Resolves when the joiner has confirmed that it stored the pairing, or when no valid answer has come. In the second case the joiner may
 * not know this device: the caller treats the pairing as unfinished until `stored` is called or the joiner connects. If the joiner reports that it
 * could not store it, calls the function that `store` returned, and throws `pairing.not-kept`. Also calls it if the last message can't be sent.
 * @throws {PairingError} for every failure
 */
export async function invite(options: InviteOptions): Promise<PairingOutcome> {
  const { direct } = options;
  if (direct === undefined)
    return await converse(options, async (conversation) => await run(options, conversation, () => options));
  const mailbox = new FirstMailbox([options.mailbox, direct.mailbox]);
  const used = (): Channel =>
    mailbox.used === direct.mailbox
      ? { relayKey: undefined, method: { ...options.method, ownSid: direct.ownSid } }
      : options;
  return await converse({ ...options, mailbox }, async (conversation) => await run(options, conversation, used));
}

/** Channel in which the joiner has appeared. */
type Channel = Pick<InviteOptions, 'relayKey' | 'method'>;

async function run(options: InviteOptions, conversation: Conversation, used: () => Channel): Promise<PairingOutcome> {
  const { crypto, identity, method } = options;
  // 1. The code is used up from here on: nothing that ends this call gives anyone another run.
  const secret = secretOf(method);
  const byHand = method.kind === 'id' || method.kind === 'guest';

  // 2. Hello. People take time to type, so only the life of the pairing bounds this wait.
  const hello = await conversation.receive('hello');
  options.onProgress('joined');
  const channel = used();
  const isDirect = channel.relayKey === undefined;
  const facts: PairingFacts = {
    relayKey: channel.relayKey,
    form: method.kind,
    nameplate: method.kind === 'code' ? method.nameplate : '',
    inviterSid: channel.method.ownSid,
    joinerSid: hello.sid.slice(),
  };
  const { point, psk } = await withFailureCode('pairing.protocol', () => pskOf(options, secret, facts, hello.point));
  const handshake = inviterHandshake({ crypto, staticKey: identity.staticKey, prologue: prologueOf(facts) }, psk);
  await readEmpty(handshake, hello.noise);

  // 3. Answer: empty, since anyone can read it without the PSK.
  const noise = await withFailureCode('pairing.protocol', async () => await handshake.writeMessage(new Uint8Array(0)));
  conversation.send({ type: 'answer', point, noise });

  // 4. Proof: the joiner's first message that depends on the PSK. It commits the joiner to its nonce.
  const proof = await conversation.receive('proof', STEP_TIMEOUT);
  const opened = await withFailureCode('pairing.wrong-code', async () => await handshake.readMessage(proof.sealed));
  const { send, receive, handshakeHash } = handshake.finish();
  const joiner = checkIntroduction(options, opened, handshake.remoteStatic);
  if (joiner.enrolment !== undefined) throw new PairingError('pairing.protocol', 'an enrolment by the joiner');
  options.onProgress('confirming');

  // 5. Welcome: this side's nonce, self-description, granted rights, and the joiner's enrolment. Not earlier: a joiner that knew this nonce before
  // committing to its own could choose the words.
  const inviterNonce = crypto.randomBytes(SHARE_BYTES);
  const introduction = encodeIntroduction({
    share: inviterNonce,
    certificate: identity.certificate,
    // By hand, anyone who knows the peer ID may ask: name and enrolment follow once both people have agreed.
    name: byHand ? shortPeerId(identity.peerId) : options.name,
    grants: options.grants,
    enrolment: byHand ? undefined : await options.enrol(joiner.peer),
    ...(isDirect ? { relay: options.relayOffer?.() ?? null } : {}),
    browser: options.browser,
  });
  conversation.send({ type: 'welcome', sealed: sealRecord(send, introduction) });

  // 6. Confirmed: the joiner has checked this side and opens its nonce. Only now are there words and an outcome.
  const confirmed = await conversation.receive('confirmed', STEP_TIMEOUT);
  const { nonce: joinerNonce, name } = await withFailureCode('pairing.protocol', () => {
    const opened = receive.open(confirmed.sealed);
    return byHand ? decodeNamedConfirmation(opened) : { nonce: decodeConfirmation(opened), name: joiner.name };
  });
  checkOpening(crypto, facts, joiner.share, joinerNonce);
  const { peer, grants, browser } = joiner;
  const words = pairingWords(crypto, { handshakeHash, joinerNonce, inviterNonce });

  const outcome = { peer, name, grants, enrolment: undefined, browser, words, handshakeHash };

  // 7. By hand: only the two people's comparison shows who this is. Both have to agree.
  if (method.kind === 'id' || method.kind === 'guest') {
    const theirs = conversation.receive('agreed').then(async ({ sealed }) => {
      const word = await withFailureCode('pairing.protocol', () => receive.open(sealed));
      if (!equalBytes(word, AGREED)) throw new PairingError('pairing.protocol', 'another word than agreed');
    });
    await Promise.all([conversation.waitFor(method.agree({ peer, name, words, browser })), theirs]);
  }
  const last = byHand ? encodeFinalConfirmation({ name: options.name, enrolment: await options.enrol(peer) }) : DONE;

  // 8. Done: stored here first, so that a failure here ends the pairing for both, and the joiner's first session finds the pin.
  conversation.requireAlive();
  const takeBack = options.store(outcome);
  try {
    conversation.send({ type: 'done', sealed: sealRecord(send, last) });
  } catch (error) {
    takeBack();
    throw error;
  }

  // 9. Kept: the joiner reports that it has stored the pairing, or could not. No one else can report either.
  const answer = await readLast(conversation, (sealed) => receive.open(sealed));
  if (answer === undefined) return outcome;
  if (equalBytes(answer, KEPT)) options.stored();
  if (!equalBytes(answer, NOT_KEPT)) return outcome;
  takeBack();
  throw new PairingError('pairing.not-kept', 'the joiner could not store the pairing');
}

/** Returns the secret of CPace. That of a code is used up; that of a share serves all its guests, each in a run of its own. */
function secretOf(method: InviteOptions['method']): Uint8Array | undefined {
  if (method.kind === 'code') return method.secret.take();
  return method.kind === 'guest' ? method.secret : undefined;
}

/** Reads the joiner's last record; undefined if none arrives that authenticates. */
async function readLast(
  conversation: Conversation,
  open: (sealed: Uint8Array) => Uint8Array,
): Promise<Uint8Array | undefined> {
  const message = await conversation.receiveLast('kept', STEP_TIMEOUT);
  try {
    return message === undefined ? undefined : open(message.sealed);
  } catch {
    return undefined;
  }
}

/** Derives this side's CPace point and the PSK of the handshake. */
function pskOf(
  { crypto, method }: InviteOptions,
  secret: Uint8Array | undefined,
  facts: PairingFacts,
  otherPoint: Uint8Array | undefined,
): Readonly<{ point: Uint8Array | undefined; psk: Uint8Array }> {
  if ((secret === undefined) !== (otherPoint === undefined)) {
    throw new PairingError('pairing.protocol', 'one side uses a code and the other a link');
  }
  if (method.kind === 'link' || method.kind === 'id') return { point: undefined, psk: method.psk };
  if (secret === undefined || otherPoint === undefined) throw new TypeError('a code without its secret');
  const cpace = startCPace(crypto, secret, facts);
  return { point: cpace.point, psk: finishCPace(crypto, cpace, 'responder', otherPoint) };
}
