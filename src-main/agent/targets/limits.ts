/** Limits of connections that peers open through this device (docs/LIMITS.md). */
export const TARGET_LIMITS = {
  /** Connections of one peer, those that came to its listeners included. */
  connectionsPerPeer: 512,
  connections: 2048,
  /** Connections of one peer that are being made: checked, asked about, dialled. */
  openingPerPeer: 64,
  /** Ports that one peer listens at here. */
  listenersPerPeer: 16,
  /** Until a target has answered, over all its addresses, ms. */
  connect: 10_000,
  /** Until a peer has taken a connection that came to its listener, ms. */
  handOver: 10_000,
} as const;
export type TargetLimits = Readonly<{ [Limit in keyof typeof TARGET_LIMITS]: number }>;
