import { startHandshake, type Established, type Purpose } from '#shared/handshake/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type ByteChannel } from '#shared/link/index.ts';
import type { TransportKind } from './paths/transport-kinds.ts';
import { handshakeError } from './handshake-error.ts';
import type { HandshakeReply, LinkManagerOptions } from './types.ts';

/** Purpose of a handshake. `sessionId`: session that gets a further path; undefined: a new session. */
export type HandshakeIntent = Readonly<{ purpose: Purpose; sessionId: Uint8Array | undefined }>;

/** Authenticated peer, with its channel. */
export type AuthenticatedPeer = Readonly<{ established: Established; channel: ByteChannel }>;

/** Performs the initiator's half of Noise handshakes. The callers bring the transport. */
export class HandshakeInitiator {
  readonly #options: Pick<LinkManagerOptions, 'crypto' | 'identity' | 'clock' | 'peers'>;

  constructor(options: Pick<LinkManagerOptions, 'crypto' | 'identity' | 'clock' | 'peers'>) {
    this.#options = options;
  }

  /**
   * Performs one handshake with a paired peer.
   * @param send sends message 1 to the peer and returns message 2
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`
   * @throws {HandshakeError} as the peer answered
   * @throws errors of `send`
   */
  async handshake(
    peerId: PeerId,
    path: TransportKind,
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
      path,
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
