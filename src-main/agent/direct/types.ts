import type { DialedPath } from '#shared/direct/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';

/** Transport that sends message 1 to an address and receives message 2. Implemented by `DirectTransport`. Used by links. */
export interface PathDialer {
  /**
   * @param address `host:port`
   * @throws {ClawReachError} `direct.*`
   */
  dial(address: string, message1: Uint8Array, signal: AbortSignal): Promise<DialedPath>;
}

/**
 * Incoming handshake: message 1 of a caller, over TCP, over UDP or through a hop. The receiver calls `accept` or `drop`; only the first call counts.
 * Unless accepted, also after `drop`, the connection closes: over TCP and through a hop 5 s after its start, over UDP 13 s after the offer.
 */
export interface IncomingPath {
  readonly kind: 'direct' | 'udp' | 'via';
  /** Peer with which the UDP path was prepared; undefined for other paths. Message 1 has to come from this peer. */
  readonly from?: PeerId;
  /** `host:port` of the caller, or the hop's peer ID. Only message 1 proves who the caller is. */
  readonly address: string;
  readonly message1: Uint8Array;
  /** Sends message 2. The returned channel is already closed if the caller is gone. */
  accept(message2: Uint8Array): ByteChannel;
  /** Discards the handshake without an answer. */
  drop(): void;
}
