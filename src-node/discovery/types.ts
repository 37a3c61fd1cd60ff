/** Network interface of this machine with an IPv4 address in a private network. */
export type LanInterface = Readonly<{
  name: string;
  address: string;
  /** Length of the network prefix in bits, 8 to 30. */
  prefix: number;
}>;

/** Sender address of a packet, as the operating system reports it. */
export type LanSource = Readonly<{ address: string; port: number }>;

/** Callbacks of a LAN socket. */
export type LanSocketOptions = Readonly<{
  /** Called with each received packet: untrusted, at most 9000 bytes. */
  onPacket(packet: Uint8Array, source: LanSource): void;
  /** Called when the socket has failed and receives nothing more. */
  onBroken(): void;
}>;

/** Open multicast socket in the local network. */
export interface LanSocket {
  /** Sets the addresses of this machine at which the socket receives; it leaves all others. */
  join(addresses: readonly string[]): void;
  /**
   * Sends a packet to the multicast group, from one address of this machine.
   * @returns whether it was sent
   */
  send(packet: Uint8Array, from: string): Promise<boolean>;
  /** Idempotent. */
  close(): void;
}

/** Factory of LAN sockets. The agent gets it as an option, so that tests run discovery without a network. */
export interface LanSockets {
  /** Returns the current interfaces; they change with the network. */
  interfaces(): readonly LanInterface[];
  /**
   * Opens a socket.
   * @throws {DiscoveryError} `discovery.port`
   */
  open(options: LanSocketOptions): Promise<LanSocket>;
}
