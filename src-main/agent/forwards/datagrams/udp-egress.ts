/** UDP egress of a served association: sends its datagrams and receives the answers. */
export interface UdpEgress {
  /** A datagram of the peer; the bytes are a view. True when it left. */
  send(bytes: Uint8Array): boolean;
  /** Frees all; nothing is told after it. */
  close(): void;
}

/** An answer for the peer, with what goes before it. */
export type Deliver = (bytes: Uint8Array, head?: Uint8Array) => void;
