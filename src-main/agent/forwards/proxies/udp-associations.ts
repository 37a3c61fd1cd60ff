import type { Target } from '#shared/forward/index.ts';
import type { Meter } from '../rules/index.ts';

export type UdpAssociationOptions = Readonly<{
  /** Address at which the client reached the proxy; the UDP port opens at the same address, so it is exposed no further. */
  localAddress: string;
  /** Address of the client's TCP connection; datagrams from other addresses are dropped. */
  clientAddress: string;
  clientPort: number;
  /** Port of the proxy. */
  proxyPort: number;
  /** Address that the client will send from, if it said so (RFC 1928 section 4); null while unknown. */
  expected: Target | null;
  meter: Meter;
  /** Aborted when the TCP connection that asked for it has ended. */
  signal: AbortSignal;
}>;

/** UDP port on this device whose datagrams leave at the peer (or another upstream). */
export type UdpAssociation = Readonly<{
  /** Address that the client sends to. */
  bound: Target;
  /** Resolves when it is gone, with a code of `ERROR_TEXTS` unless the signal ended it. Never rejects. */
  closed: Promise<string | undefined>;
}>;

/** Opens associations for UDP ASSOCIATE (RFC 1928 section 7) of one forward. */
export interface UdpAssociations {
  /** @throws {ForwardError} one of `CONNECTION_CODES`, or as `listenTcp` */
  open(options: UdpAssociationOptions): Promise<UdpAssociation>;
}
