/** Transport protocol of a mapped port. */
export type MappedProtocol = 'tcp' | 'udp';

/** Protocol by which a router opens ports: PCP (RFC 6887), NAT-PMP (RFC 6886), or the Internet Gateway Device of UPnP. */
export type MappingMethod = 'pcp' | 'nat-pmp' | 'upnp';

/** Port of this machine that a router is asked to open. */
export type MappingRequest = Readonly<{
  protocol: MappedProtocol;
  /** Port here. */
  port: number;
  /** Port outside that is preferred; the router may choose another one. */
  externalPort: number;
  /** Requested life, ms. */
  life: number;
  /** Proof of PCP that a later request comes from the same program, 12 bytes. */
  nonce: Uint8Array;
}>;

/** Port that a router has opened. */
export type MappedPort = Readonly<{
  method: MappingMethod;
  /** IPv4 address of the router on its outer side, as it says. */
  address: string;
  port: number;
  /** Time after which the router closes the port, ms; null if it stays until it is removed. */
  life: number | null;
}>;

/** Result of asking the default router. `refused`: it maps ports, but not this one. `none`: no router, or one that maps no ports. */
export type MappingOutcome =
  | Readonly<{ kind: 'mapped'; mapped: MappedPort }>
  | Readonly<{
      kind: 'refused';
      method: MappingMethod;
      /** `no-address`: the router has no public address, so a mapping would be of no use. */
      reason: 'no-address' | 'refused';
      /** Number of the protocol's error, or a word, for the log. */
      code: string;
    }>
  | Readonly<{ kind: 'none' }>;

/** Limits of one conversation with a router, which may be hostile. */
export const MAPPING_LIMITS = {
  /** Waits for an answer of PCP and NAT-PMP, ms; each is one datagram (RFC 6886 section 3.1). */
  waits: [250, 500, 1000],
  /** Wait for answers to a search by UPnP, ms. */
  search: 2500,
  /** Datagrams read in one search. */
  searchAnswers: 32,
  /** Time of one HTTP request, ms. */
  request: 3000,
  /** Bytes of one HTTP answer. */
  answer: 64 * 1024,
  /** Ports tried by UPnP while others have them. */
  ports: 4,
} as const;
