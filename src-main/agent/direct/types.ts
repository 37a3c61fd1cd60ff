import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import type { DialledPath } from '#node/sockets/index.ts';

/** A way to send message 1 to an address and get message 2 back. */
export interface PathDialer {
  /**
   * @param address `host:port`
   * @throws {ClawReachError} `direct.*`
   */
  dial(address: string, message1: Uint8Array, signal: AbortSignal): Promise<DialledPath>;
}

/**
 * A message 1 that arrived directly, over UDP or through a hop. Exactly one of `accept` and `drop` counts; the
 * connection ends 5 s after its start in any case.
 */
export interface IncomingPath {
  readonly kind: 'direct' | 'udp' | 'via';
  /** Over UDP: the peer in whose session it was prepared. Message 1 has to be of this one. */
  readonly from?: PeerId;
  /** `host:port` of the caller, or the hop's peer ID. Proves no identity; message 1 does. */
  readonly address: string;
  readonly message1: Uint8Array;
  /** Sends message 2. The channel has ended already if the other side is gone. */
  accept(message2: Uint8Array): ByteChannel;
  /** Silence: nothing is sent, now or later. */
  drop(): void;
}
