import { startHandshake, type Established, type Purpose } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type ByteChannel } from '#shared/link/index.ts';
import type { TransportKind } from './paths/transport-kinds.ts';
import { handshakeError } from './handshake-error.ts';
import type { HandshakeReply, LinkManagerOptions } from './types.ts';

/** Purpose of a handshake, and the session that gets a further path by it; `sessionId` is undefined for a new session. */
export type HandshakeIntent = Readonly<{ purpose: Purpose; sessionId: Uint8Array | undefined }>;

/** Keys and ID of the authenticated peer, and the channel on which it has answered. */
export type AuthenticatedPeer = Readonly<{ established: Established; channel: ByteChannel }>;

/**
 * Performs the initiator's half of Noise handshakes with paired peers, for `TransportDialer` and `HopDialer`. They send the messages, each over its
 * transport; this class touches no network. One per `LinkManager`.
 */
export class HandshakeInitiator {
  readonly #options: Pick<LinkManagerOptions, 'crypto' | 'identity' | 'clock' | 'peers'>;

  constructor(options: Pick<LinkManagerOptions, 'crypto' | 'identity' | 'clock' | 'peers'>) {
    this.#options = options;
  }

  /**
   * Performs one handshake with a paired peer. Closes the channel if the peer doesn't authenticate.
   * @param transport transport of the path; both sides include it in the handshake, so that no one can move the handshake to another
   * @param send sends message 1 to the peer and returns message 2
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`
   * @throws {HandshakeError} the peer has refused the handshake, or its answer is invalid
   * @throws errors of `send`
   */
  async handshake(
    peerId: PeerId,
    transport: TransportKind,
    { purpose, sessionId }: HandshakeIntent,
    signal: AbortSignal,
    send: (message1: Uint8Array) => Promise<HandshakeReply>,
  ): Promise<AuthenticatedPeer> {
    const { crypto, identity, clock, peers } = this.#options;
    const peer = peers.lookup(peerId);
    if (peer === undefined) throw new LinkError('link.unknown-peer', 'this device is not paired with that peer');
    const handshake = await startHandshake({
      crypto,
      identity,
      peer,
      sessionId: sessionId ?? crypto.randomBytes(16),
      purpose,
      path: transport,
      now: clock.now() / 1000,
    });
    // The signal may have aborted because this transport is forbidden by now: send nothing.
    if (signal.aborted) throw new LinkError('link.cancelled', 'given up');
    const { message2, channel } = await send(handshake.message1);
    try {
      const established = await handshake.finish(message2);
      // The pin may have been removed while the answer was in transit.
      if (signal.aborted || peers.lookup(peerId) === undefined) throw new LinkError('link.cancelled', 'given up');
      return { established, channel };
    } catch (error) {
      channel.destroy();
      throw handshakeError(error);
    }
  }
}
