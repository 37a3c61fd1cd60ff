/** Sockets of this device from which a served association sends its datagrams and receives the answers. */
export interface UdpEgress {
  /** Sends a datagram of the peer. @param bytes view, valid only during the call @returns true if it was sent */
  send(bytes: Uint8Array): boolean;
  /** Closes its sockets; no answers are delivered afterwards. */
  close(): void;
}

/** Delivers an answer to the peer, with an optional header before it. */
export type Deliver = (bytes: Uint8Array, head?: Uint8Array) => void;
