import { equalBytes } from '../bytes/index.ts';
import type { Clock } from '../clock.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { verifyCertificate, type DeviceCertificate, type DeviceIdentity, type PeerId } from '../identity/index.ts';
import { NoiseHandshake } from '../noise/index.ts';
import { HandshakeError } from './errors.ts';
import { prologueFor, unwrapFirstMessage, type HandshakePath } from './first-message.ts';
import { decodeFirstPayload, encodeSecondPayload } from './payloads.ts';
import type { FirstPayload, HandshakeAnswer, HandshakeOffer, Purpose } from './payloads.ts';
import { checkPin, type PinnedKey } from './pin.ts';
import { ReplayMemory } from './replay-memory.ts';
import { OFFER, type Established } from './types.ts';

/** Options of a `HandshakeResponder`. */
export type ResponderOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  /** Returns the pin of a peer; undefined for a stranger. Called when a message arrives, and again before the answer. */
  lookup(peerId: PeerId): PinnedKey | undefined;
}>;

/** Verified message 1 of a pinned peer, before the answer. The caller checks the peer's rights before it calls `respond`. */
export type IncomingHandshake = Readonly<{
  /** Verified certificate. If its `generation` is above the pinned one, the pin should be updated. */
  peer: DeviceCertificate;
  /** 16 bytes. */
  sessionId: Uint8Array;
  /**
   * `resume` requests another path of the session with this ID and this peer. `hop` requests a hop session, whose only use is to reach another peer.
   */
  purpose: Purpose;
  /** Seconds by which the initiator's clock is ahead; only a warning (see `ReplayMemory`). */
  clockSkew: number;
  /**
   * Writes message 2, once. `unknown-session` is allowed for `resume` only, and its `established` is useless. The caller must not open, run or
   * show anything before the initiator's first record has opened: message 1 may be a replay.
   * @throws {HandshakeError} `handshake.used`; `handshake.unknown-peer` and others when the pin has changed meanwhile
   */
  respond(answer?: HandshakeAnswer): Promise<Readonly<{ message2: Uint8Array; established: Established }>>;
}>;

type Received = Readonly<{
  first: FirstPayload;
  peer: DeviceCertificate;
  version: number;
  receivedAt: number;
  answer: HandshakeAnswer;
}>;

/**
 * Answers all incoming handshakes of a device. A device has exactly one, so that the memory of past handshakes detects a replay on any connection.
 * Reads the clock; sends nothing itself.
 */
export class HandshakeResponder {
  readonly #options: ResponderOptions;
  readonly #replays: ReplayMemory;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#replays = new ReplayMemory(options.crypto);
  }

  /**
   * Checks a message 1 in the order of cost.
   * @param path transport on which it arrived; a message made for another one doesn't open
   * @throws {FormatError}
   * @throws {AuthenticationError} `crypto.open`, `crypto.low-order`, `certificate.*`
   * @throws {HandshakeError} `handshake.mac`, `.version`, `.suite`, `.self`, `.static-key`, `.unknown-peer`, `.wrong-peer`, `.generation`,
   *   `.replay`
   */
  async receive(message1: Uint8Array, path?: HandshakePath): Promise<IncomingHandshake> {
    const { crypto, identity, clock } = this.#options;
    // 1. One hash: is the message for this device?
    const noiseMessage = unwrapFirstMessage(crypto, identity.peerId, message1);

    // 2. Two Diffie-Hellman: does the sender have the secret of the static key that it names?
    const noise = new NoiseHandshake({
      crypto,
      pattern: 'IK',
      initiator: false,
      prologue: prologueFor(identity.peerId, path),
      staticKey: identity.staticKey,
    });
    const payload = decodeFirstPayload(await noise.readMessage(noiseMessage));

    // 3. A signature: does the key belong to a peer?
    const now = Math.floor(clock.now() / 1000);
    const peer = verifyCertificate(crypto, payload.certificate, now);
    const { remoteStatic, remoteEphemeral } = noise;
    if (remoteStatic === undefined || remoteEphemeral === undefined || !equalBytes(peer.staticKey, remoteStatic)) {
      throw new HandshakeError('handshake.static-key', 'the certificate is for another key than the handshake');
    }
    if (peer.peerId === identity.peerId)
      throw new HandshakeError('handshake.self', 'a device cannot connect to itself');
    checkPin(peer, this.#options.lookup(peer.peerId));

    // 4. A common version, then the check for a replay. After it, no copy of this message 1 passes.
    const version = chooseVersion(payload.offer);
    if (!this.#replays.admit(peer.peerId, remoteStatic, remoteEphemeral)) {
      throw new HandshakeError('handshake.replay', 'this handshake was received before');
    }

    let used = false;
    return {
      peer,
      sessionId: payload.sessionId,
      purpose: payload.purpose,
      clockSkew: payload.time - now,
      respond: async (answer = 'accepted') => {
        if (used) throw new HandshakeError('handshake.used', 'this handshake was answered before');
        if (answer !== 'accepted' && payload.purpose !== 'resume')
          throw new RangeError('a new session cannot be unknown');
        used = true;
        checkPin(peer, this.#options.lookup(peer.peerId));
        return this.#respond(noise, { first: payload, peer, version, receivedAt: now, answer });
      },
    };
  }

  async #respond(
    noise: NoiseHandshake,
    { first, peer, version, receivedAt, answer }: Received,
  ): Promise<Readonly<{ message2: Uint8Array; established: Established }>> {
    const { identity, clock } = this.#options;
    const message2 = await noise.writeMessage(
      encodeSecondPayload({
        certificate: identity.certificate,
        answer,
        version,
        limits: OFFER.limits,
        time: Math.floor(clock.now() / 1000),
        offer: first.offer,
      }),
    );
    const established: Established = {
      ...noise.finish(),
      peer,
      sessionId: first.sessionId,
      version,
      limits: first.offer.limits,
      clockSkew: first.time - receivedAt,
    };
    return { message2, established };
  }
}

/** Returns the highest version that both sides support. */
function chooseVersion(offer: HandshakeOffer): number {
  const common = OFFER.versions.filter((version) => offer.versions.includes(version));
  if (common.length === 0) throw new HandshakeError('handshake.version', 'the two devices have no version in common');
  return Math.max(...common);
}
