const KIB = 1024;

/** Associations of UDP (docs/LIMITS.md). Sizes in bytes, times in ms. */
export const DATAGRAM_LIMITS = {
  /** Served for one peer, and opened by one rule. */
  associationsPerPeer: 64,
  associations: 256,
  clientsPerRule: 64,
  /** Other ends of one association; the one that was used least lately makes room after `spare`. */
  destinations: 256,
  spare: 60_000,
  /** Destinations of one association that are being checked, and what waits for that. */
  checks: 16,
  waitingBytes: 64 * KIB,
  /** How long a destination, or a target, that was refused is not asked about again. */
  refusedFor: 60_000,
  /** Without a datagram an association ends, unless its opener said otherwise. */
  idle: 300_000,
  /** The same of one that stands in for a WireGuard endpoint. */
  idleWireGuard: 600_000,
  /** What a client sends before its association stands: the newest of it, and how old it may be. */
  heldDatagrams: 16,
  heldFor: 3000,
  /** Ports that may be the client's of UDP ASSOCIATE while it is not known which one is. */
  candidates: 16,
  /** Pauses before an association that was lost or refused is opened again. */
  again: 500,
  againMost: 15_000,
  /** How long the port of an association is kept for the one that takes its place, and how many of a peer. */
  portFor: 600_000,
  portsPerPeer: 64,
} as const;
