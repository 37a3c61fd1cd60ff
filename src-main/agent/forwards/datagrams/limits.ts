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
  /** Time for which a refused destination or target isn't asked about again. */
  refusedFor: 60_000,
  /** Without a datagram an association ends, unless its opener said otherwise. */
  idle: 300_000,
  /** The same of one that stands in for a WireGuard endpoint. */
  idleWireGuard: 600_000,
  /** Most datagrams held for a client before its association is open, newest first, and their greatest age. */
  heldDatagrams: 16,
  heldFor: 3000,
  /** Ports that may be the client's of UDP ASSOCIATE while it is not known which one is. */
  candidates: 16,
  /** Pauses before an association that was lost or refused is opened again. */
  again: 500,
  againMost: 15_000,
  /** Time for which the port of an association is reserved for its successor, and the most ports reserved for one peer. */
  portFor: 600_000,
  portsPerPeer: 64,
} as const;
