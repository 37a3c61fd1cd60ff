import type { Target } from '#shared/forward/index.ts';
import type { Meter } from '../rules/index.ts';

/** Options of one UDP association, from a SOCKS client's UDP ASSOCIATE request. */
export type UdpAssociationOptions = Readonly<{
  /** Address at which the client reached the proxy; the UDP port opens at the same address, so it is exposed no further. */
  localAddress: string;
  /** Address of the client's TCP connection; datagrams from other addresses are dropped. */
  clientAddress: string;
  clientPort: number;
  /** Port of the proxy. */
  proxyPort: number;
  /** Address that the client will send from, if the client stated it (RFC 1928 section 4); null while unknown. */
  expected: Target | null;
  meter: Meter;
  /** Aborts when the TCP connection that requested the association ends. */
  signal: AbortSignal;
}>;

/** UDP port on this device whose datagrams are sent on by the peer, or by another upstream. */
export type UdpAssociation = Readonly<{
  /** Address of the port, which the client sends to. */
  bound: Target;
  /** Resolves when the association is gone, with an error code unless the signal ended it. Never rejects. */
  closed: Promise<string | undefined>;
}>;

/** Opener of UDP associations for one forward (RFC 1928 section 7). `SocksServer` calls it; the folders `datagrams` and `auto` implement it. */
export interface UdpAssociations {
  /** @throws {ForwardError} one of `CONNECTION_CODES`, or as `listenTcp` */
  open(options: UdpAssociationOptions): Promise<UdpAssociation>;
}
