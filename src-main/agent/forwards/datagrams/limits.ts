const KIB = 1024;

/** Limits of UDP associations (docs/LIMITS.md). Sizes in bytes, times in ms. */
export const DATAGRAM_LIMITS = {
  /** Most associations: served for one peer, served in total, and opened by one forward. */
  associationsPerPeer: 64,
  associations: 256,
  clientsPerRule: 64,
  /** Most destinations of one association. The one unused for longest is dropped for a new one, if it was unused for `spare`. */
  destinations: 256,
  spare: 60_000,
  /** Most destinations of one association that are being checked, and most bytes that wait for that. */
  checks: 16,
  waitingBytes: 64 * KIB,
  /** Time for which a refused destination or target is not asked about again. */
  refusedFor: 60_000,
  /** Idle time after which an association ends, unless its opener requested another. */
  idle: 300_000,
  /** Idle time of an association for WireGuard. */
  idleWireGuard: 600_000,
  /** Most datagrams held for a client before its association is open, newest first, and their greatest age. */
  heldDatagrams: 16,
  heldFor: 3000,
  /** Most source ports that are examined to find the client of a UDP ASSOCIATE request. */
  candidates: 16,
  /** First and longest delay before a lost or refused association is reopened. */
  again: 500,
  againMost: 15_000,
  /** Time for which the port of an association is reserved for its successor, and most ports reserved for one peer. */
  portFor: 600_000,
  portsPerPeer: 64,
} as const;
