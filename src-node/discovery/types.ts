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
  /** Hears what comes in at these addresses of this machine, and no longer at others. */
  join(addresses: readonly string[]): void;
  /** One packet to all, from one address of this machine. @returns whether it left */
  send(packet: Uint8Array, from: string): Promise<boolean>;
  /** Idempotent. */
  close(): void;
}

/** Sockets of the local network, the seam at which discovery is tested without a network. */
export interface LanSockets {
  /** Asked anew each time: networks come and go. */
  interfaces(): readonly LanInterface[];
  /** @throws {DiscoveryError} `discovery.port` */
  open(options: LanSocketOptions): Promise<LanSocket>;
}
