/** An interface of this machine with an IPv4 address in a private network. */
export type LanInterface = Readonly<{
  name: string;
  address: string;
  /** Bits of the network, 8 to 30. */
  prefix: number;
}>;

/** Sender of a packet, as the system reports it. */
export type LanSource = Readonly<{ address: string; port: number }>;

export type LanSocketOptions = Readonly<{
  /** Receives an untrusted packet of at most 9000 bytes. */
  onPacket(packet: Uint8Array, source: LanSource): void;
  /** Called when the socket has failed and receives nothing more. */
  onBroken(): void;
}>;

/** Multicast in the local network, open. */
export interface LanSocket {
  /** Receives at exactly these addresses of this machine from now on. */
  join(addresses: readonly string[]): void;
  /**
   * Sends a packet to all, from one address of this machine.
   * @returns whether it was sent
   */
  send(packet: Uint8Array, from: string): Promise<boolean>;
  /** Idempotent. */
  close(): void;
}

/** Sockets of the local network, the seam at which discovery is tested without a network. */
export interface LanSockets {
  /** Returns the current interfaces, which change with the network. */
  interfaces(): readonly LanInterface[];
  /** @throws {DiscoveryError} `discovery.port` */
  open(options: LanSocketOptions): Promise<LanSocket>;
}
