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

export type ResponderOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  /** Finds a pinned peer. Called when a message arrives and again before it is answered. */
  lookup(peerId: PeerId): PinnedKey | undefined;
}>;

/** A verified message 1 of a pinned peer, not answered yet: the caller checks rights first. */
export type IncomingHandshake = Readonly<{
  /** Verified certificate. If its `generation` is above the pinned one, the pin should be updated. */
  peer: DeviceCertificate;
  /** 16 bytes. */
  sessionId: Uint8Array;
  /** `resume` asks for another path of the session with this ID *and this peer*, `hop` for a session that only leads on to another peer. */
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

/** Answers all handshakes of a device. There is one per device, so that it detects replays across connections. */
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
   * @throws {FormatError} @throws {AuthenticationError} `crypto.open`, `crypto.low-order`, `certificate.*`
   * @throws {HandshakeError} `handshake.mac`, `.version`, `.suite`, `.self`, `.static-key`, `.unknown-peer`, `.wrong-peer`, `.generation`,
   *   `.replay`
   */
  async receive(message1: Uint8Array, path?: HandshakePath): Promise<IncomingHandshake> {
    const { crypto, identity, clock } = this.#options;
    // 1. A hash: is it for us at all?
    const noiseMessage = unwrapFirstMessage(crypto, identity.peerId, message1);

    // 2. Two Diffie-Hellman: does the sender hold the static key it names?
    const noise = new NoiseHandshake({
      crypto,
      pattern: 'IK',
      initiator: false,
      prologue: prologueFor(identity.peerId, path),
      staticKey: identity.staticKey,
    });
    const payload = decodeFirstPayload(await noise.readMessage(noiseMessage));

    // 3. A signature: whose key is that, and is it a peer's?
    const now = Math.floor(clock.now() / 1000);
    const peer = verifyCertificate(crypto, payload.certificate, now);
    const { remoteStatic, remoteEphemeral } = noise;
    if (remoteStatic === undefined || remoteEphemeral === undefined || !equalBytes(peer.staticKey, remoteStatic)) {
      throw new HandshakeError('handshake.static-key', 'the certificate is for another key than the handshake');
    }
    if (peer.peerId === identity.peerId)
      throw new HandshakeError('handshake.self', 'a device cannot connect to itself');
    checkPin(peer, this.#options.lookup(peer.peerId));

    // 4. A version both have, then: seen before? From here on no message 1 passes twice.
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
