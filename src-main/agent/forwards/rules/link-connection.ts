import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RESET_CONNECTION } from '#shared/forward/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { pipeSocket } from './pipe-socket.ts';
import { StreamDuplex } from './stream-duplex.ts';
import type { ForwardEnd, RemoteConnection, Meter } from './upstream.ts';

/**
 * Remote end of a forwarded connection, carried by a stream of a peer's link: one that this device opened (`LinkUpstream`), or one that the peer's
 * listener accepted for it (`awaitConnections`). Copies between the stream and a local socket, or offers the stream as a `Duplex`; holds nothing
 * else.
 */
export class LinkConnection implements RemoteConnection {
  /** Address that the peer connected to, `ip:port`; null if it is unknown. */
  readonly address: string | null;
  readonly #stream: LinkStream;

  constructor(stream: LinkStream, address: string | null) {
    this.#stream = stream;
    this.address = address;
  }

  carry(socket: Socket, options: Readonly<{ head?: Uint8Array; meter: Meter }>): Promise<ForwardEnd> {
    return pipeSocket(socket, this.#stream, options);
  }

  toDuplex(meter: Meter): Duplex {
    return new StreamDuplex(this.#stream, meter);
  }

  destroy(): void {
    this.#stream.reset(RESET_CONNECTION);
  }
}
