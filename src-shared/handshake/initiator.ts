import { equalBytes } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError, FormatError } from '../errors.ts';
import { verifyCertificate, type DeviceIdentity, type PeerId } from '../identity/index.ts';
import { NoiseHandshake } from '../noise/index.ts';
import { HandshakeError } from './errors.ts';
import { MAX_HANDSHAKE_MESSAGE, prologueFor, wrapFirstMessage, type HandshakePath } from './first-message.ts';
import { decodeSecondPayload, encodeFirstPayload, sameOffer, type Purpose } from './payloads.ts';
import { checkPin } from './pin.ts';
import { OFFER, type Established } from './types.ts';

/** Options of `startHandshake`. */
export type InitiatorOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  /** Pinned peer. `staticKey` and `generation` come from its newest known certificate. */
  peer: Readonly<{ peerId: PeerId; signingKey: Uint8Array; staticKey: Uint8Array; generation: number }>;
  /** Session ID, 16 bytes: random for a new session or hop session; for another path, the ID of its session. */
  sessionId: Uint8Array;
  purpose: Purpose;
  /** Transport of message 1. The responder can open message 1 only if it arrived over this transport. Undefined if there is only one transport. */
  path?: HandshakePath;
  /** Seconds since 1970. */
  now: number;
}>;

/** Handshake that waits for message 2. */
export type StartedHandshake = Readonly<{
  message1: Uint8Array;
  /**
   * Checks the answer, once: after an error a new handshake is needed.
   * @throws {AuthenticationError} `certificate.*`
   * @throws {FormatError} for a malformed payload of the peer itself
   * @throws {HandshakeError} `handshake.damaged`, `handshake.wrong-peer`, `.generation`, `.static-key`, `.downgrade`, `.version`, `.used`;
   *   `.unknown-session` when the peer itself, not an intermediary, no longer has the session of a `resume`
   */
  finish(message2: Uint8Array): Promise<Established>;
}>;

/**
 * Starts a Noise IK handshake with a known peer; message 1 has this device's certificate and offer (PROTOCOL section 3). The caller, the agent's
 * links, sends and receives the messages; this file computes only.
 * @throws {HandshakeError} `handshake.self`
 * @throws {AuthenticationError} `crypto.low-order` for an invalid pinned key
 */
export async function startHandshake(options: InitiatorOptions): Promise<StartedHandshake> {
  const { crypto, identity, peer } = options;
  if (peer.peerId === identity.peerId) throw new HandshakeError('handshake.self', 'a device cannot connect to itself');
  const sessionId = options.sessionId.slice();
  const noise = new NoiseHandshake({
    crypto,
    pattern: 'IK',
    initiator: true,
    prologue: prologueFor(peer.peerId, options.path),
    staticKey: identity.staticKey,
    remoteStatic: peer.staticKey,
  });
  const payload = encodeFirstPayload({
    certificate: identity.certificate,
    sessionId,
    purpose: options.purpose,
    time: Math.floor(options.now),
    offer: OFFER,
  });
  const message1 = wrapFirstMessage(crypto, peer.peerId, await noise.writeMessage(payload));

  let used = false;
  return {
    message1,
    async finish(message2) {
      if (used) throw new HandshakeError('handshake.used', 'this handshake has had its answer');
      used = true;
      return finish(options, noise, sessionId, message2);
    },
  };
}

async function finish(
  { crypto, peer, now, purpose }: InitiatorOptions,
  noise: NoiseHandshake,
  sessionId: Uint8Array,
  message2: Uint8Array,
): Promise<Established> {
  const payload = decodeSecondPayload(await openAnswer(noise, message2));

  // The pinned device, with the key of this handshake or a newer one: certificates are signed, so any path may deliver the newest.
  const certificate = verifyCertificate(crypto, payload.certificate, now);
  if (certificate.peerId !== peer.peerId) throw new HandshakeError('handshake.wrong-peer', 'another device answered');
  checkPin(certificate, peer);
  if (certificate.generation === peer.generation && !equalBytes(certificate.staticKey, peer.staticKey)) {
    throw new HandshakeError('handshake.static-key', 'the certificate is for another key than the handshake');
  }

  // No downgrade: the responder saw exactly this side's offer and chose from it.
  if (!sameOffer(payload.offer, OFFER)) {
    throw new HandshakeError('handshake.downgrade', 'what this device offered was changed on the way');
  }
  if (!OFFER.versions.includes(payload.version)) {
    throw new HandshakeError('handshake.version', 'the other side chose a version that was not offered');
  }
  if (payload.answer === 'unknown-session') {
    if (purpose !== 'resume') throw new FormatError('format.handshake', 'an answer to another question');
    throw new HandshakeError('handshake.unknown-session', 'the other side does not have this session any more');
  }
  return {
    ...noise.finish(),
    peer: certificate,
    sessionId,
    version: payload.version,
    limits: payload.limits,
    clockSkew: payload.time - Math.floor(now),
  };
}

/**
 * Opens message 2. A failure says nothing about the peer's key: the message was changed in transit, or made by someone without that key.
 * @throws {HandshakeError} `handshake.damaged`
 */
async function openAnswer(noise: NoiseHandshake, message2: Uint8Array): Promise<Uint8Array> {
  try {
    if (message2.length > MAX_HANDSHAKE_MESSAGE)
      throw new FormatError('format.handshake', 'a handshake message is too long');
    return await noise.readMessage(message2);
  } catch (error) {
    if (!(error instanceof AuthenticationError) && !(error instanceof FormatError)) throw error;
    throw new HandshakeError('handshake.damaged', 'the answer was damaged or changed on the way', { cause: error });
  }
}
