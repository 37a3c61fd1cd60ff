import { equalBytes } from '../bytes/index.ts';
import { commitmentTo } from './commitment.ts';
import { converse, STEP_TIMEOUT, type Conversation } from './conversation.ts';
import { PairingError } from './errors.ts';
import { asCode, JoinerHandshake, readEmpty, sealRecord } from './handshake.ts';
import { checkIntroduction } from './introduction.ts';
import { encodeIntroduction, SHARE_BYTES, SID_BYTES } from './messages.ts';
import { finishCPace, prologueOf, startCPace, type PairingFacts } from './secrets.ts';
import { DONE, encodeConfirmation } from './records.ts';
import type { JoinOptions, PairingOutcome } from './types.ts';
import { wordsOf } from './words.ts';

/**
 * The side that types the code or opens the link (PROTOCOL section 2). Nothing is known, shown or pinned before the promise resolves, and it
 * resolves only after the inviter's last word: until then the pairing has not happened on this side.
 * @throws {PairingError} always of this class; see there for the codes
 */
export async function join(options: JoinOptions): Promise<PairingOutcome> {
  return await converse(options, async (conversation) => await run(options, conversation));
}

async function run(options: JoinOptions, conversation: Conversation): Promise<PairingOutcome> {
  const { crypto, identity, method } = options;
  // 1. The code has its one run from here on, whatever comes of it.
  const secret = method.kind === 'code' ? method.secret.take() : undefined;
  if (method.kind === 'link' && method.inviter === identity.peerId) {
    throw new PairingError('pairing.self', 'this link was made by this device');
  }

  // 2. Hello: our half of the sid, our point, and the first handshake message. None of them says anything of the secret.
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

  // 3. The answer can be made without the secret: it proves nothing yet.
  const answer = await conversation.receive('answer', STEP_TIMEOUT);
  const psk = await asCode('pairing.protocol', () => pskOf(options, cpace, answer.point));
  const handshake = await started.withPsk(psk);
  await readEmpty(handshake, answer.noise);
  options.onProgress('joined');

  // 4. Proof: only somebody with the PSK can read who we are. Of our nonce it only shows the commitment, and the inviter answers with its own.
  const joinerNonce = crypto.randomBytes(SHARE_BYTES);
  const introduction = encodeIntroduction({
    share: commitmentTo(crypto, facts, joinerNonce),
    certificate: identity.certificate,
    name: options.name,
    grants: options.grants,
    enrolment: undefined,
  });
  const proof = await asCode('pairing.protocol', async () => await handshake.writeMessage(introduction));
  conversation.send({ type: 'proof', sealed: proof });
  const { send, receive, handshakeHash } = handshake.finish();

  // 5. Welcome: the inviter's first message that depends on the PSK.
  const welcome = await conversation.receive('welcome', STEP_TIMEOUT);
  const opened = await asCode('pairing.wrong-code', () => receive.open(welcome.sealed));
  const introduced = checkIntroduction(options, opened, handshake.remoteStatic);
  const { share: inviterNonce, peer, name, grants, enrolment } = introduced;
  if (method.kind === 'link' && peer.peerId !== method.inviter) {
    throw new PairingError('pairing.wrong-device', 'the device that answered is not the one in the link');
  }
  options.onProgress('confirming');

  // 6. Confirmed, with our nonce: from here on the inviter has us. We have the inviter once it says that it knows.
  conversation.send({ type: 'confirmed', sealed: sealRecord(send, encodeConfirmation(joinerNonce)) });
  await receiveDone(conversation, (sealed) => receive.open(sealed));
  const words = wordsOf(crypto, { handshakeHash, joinerNonce, inviterNonce });
  return { peer, name, grants, enrolment, words, handshakeHash };
}

function pskOf(
  { crypto, method }: JoinOptions,
  cpace: ReturnType<typeof startCPace> | undefined,
  point: Uint8Array | undefined,
): Uint8Array {
  if ((cpace === undefined) !== (point === undefined)) {
    throw new PairingError('pairing.protocol', 'one side uses a code and the other a link');
  }
  if (method.kind === 'link') return method.psk;
  if (cpace === undefined || point === undefined) throw new TypeError('a code without CPace');
  return finishCPace(crypto, cpace, 'initiator', point);
}

async function receiveDone(conversation: Conversation, open: (sealed: Uint8Array) => Uint8Array): Promise<void> {
  try {
    const done = await conversation.receive('done', STEP_TIMEOUT);
    const text = await asCode('pairing.protocol', () => open(done.sealed));
    if (!equalBytes(text, DONE)) throw new PairingError('pairing.protocol', 'another last word than agreed');
  } catch (error) {
    if (error instanceof PairingError && error.code === 'pairing.timeout') {
      throw new PairingError('pairing.interrupted', 'the last word of the inviter never came', { cause: error });
    }
    throw error;
  }
}
