import type { Target } from '#shared/forward/index.ts';
import type { Meter } from '../rules/index.ts';

export type UdpAssociationOptions = Readonly<{
  /** The address the client reached the proxy at: the UDP port is opened there, so that it is as open as the proxy. */
  localAddress: string;
  /** The client's end of the connection that asked for it: datagrams from other addresses are dropped. */
  clientAddress: string;
  clientPort: number;
  /** The port of the proxy, which that connection came to. */
  proxyPort: number;
  /** Address that the client will send from, if it said so (RFC 1928 section 4); null while unknown. */
  expected: Target | null;
  meter: Meter;
  /** Aborted when the TCP connection that asked for it has ended. */
  signal: AbortSignal;
}>;

/** A UDP port here whose datagrams leave at the far side. */
export type UdpAssociation = Readonly<{
  /** Address that the client sends to. */
  bound: Target;
  /** Resolves when it is gone, with a code of `ERROR_TEXTS` unless the signal ended it. Never rejects. */
  closed: Promise<string | undefined>;
}>;

/** UDP ASSOCIATE (RFC 1928 section 7) for one rule. */
export interface UdpAssociations {
  /** @throws {ForwardError} one of `CONNECTION_CODES`, or as `listenTcp` */
  open(options: UdpAssociationOptions): Promise<UdpAssociation>;
}
