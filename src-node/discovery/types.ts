/** An interface of this machine with an IPv4 address in a private network. */
export type LanInterface = Readonly<{
  name: string;
  address: string;
  /** Bits of the network, 8 to 30. */
  prefix: number;
}>;

/** Where a packet came from, as the system says. */
export type LanSource = Readonly<{ address: string; port: number }>;

export type LanSocketOptions = Readonly<{
  /** Of anybody in the network; at most 9000 bytes. */
  onPacket(packet: Uint8Array, source: LanSource): void;
  /** It broke, and hears nothing any more. */
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

/** How the agent speaks to the local network; everything above it can be tested without a socket. */
export interface LanSockets {
  /** Asked anew each time: networks come and go. */
  interfaces(): readonly LanInterface[];
  /** @throws {DiscoveryError} `discovery.port` */
  open(options: LanSocketOptions): Promise<LanSocket>;
}
