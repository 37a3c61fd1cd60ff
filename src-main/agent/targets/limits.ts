/** Limits of connections that peers open through this device (docs/LIMITS.md). */
export const TARGET_LIMITS = {
  /** Most open connections of one peer, including those accepted at its listeners; `connections`: of all peers. */
  connectionsPerPeer: 512,
  connections: 2048,
  /** Most connections of one peer that are being opened: checked, waiting for a person, or dialed. */
  openingPerPeer: 64,
  /** Most ports that are open here for one peer. */
  listenersPerPeer: 16,
  /** Longest time for a target to answer, over all its addresses, ms. */
  connect: 10_000,
  /** Longest time for a peer to accept a connection from its listener, ms. */
  accept: 10_000,
} as const;
/** Limits of a `TargetServer`; tests use smaller ones. */
export type TargetLimits = Readonly<{ [Limit in keyof typeof TARGET_LIMITS]: number }>;
