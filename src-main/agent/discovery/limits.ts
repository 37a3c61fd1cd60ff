/** Limits of discovery, see docs/LIMITS.md, "Local network". Milliseconds unless stated otherwise. */
export const DISCOVERY_LIMITS = {
  /** Length of an epoch of the wall clock. The tokens in announcements, by which peers recognize a device, are made for one epoch. */
  epoch: 15 * 60_000,
  /** Longest interval between announcements. Each is sent earlier by a random time up to `jitter`. */
  rotation: 15 * 60_000,
  jitter: 120_000,
  /** Time for which receivers may remember an announcement, seconds. */
  lifetime: 20 * 60,
  /** Shortest interval between two packets into one network. */
  pause: 1000,
  /** Shortest and longest delay before an answer. It is random because many devices answer one query. */
  answerAfter: 20,
  answerWithin: 120,
  /** Duration of a search. */
  search: 2000,
  /** Most unknown devices shown, in total and per address. */
  strangers: 64,
  strangersPerAddress: 2,
  /** Most unknown devices whose round trip is measured at once. */
  measured: 16,
  /** Time after a failed dial, a lost session or a goodbye during which the peer isn't expected at that address. */
  refuted: 60_000,
  /** Most addresses remembered of one peer. */
  addressesPerPeer: 4,
  /** Announcements that are compared with the peers: the number allowed at once and the number added per second, in total and per sender. */
  burst: 96,
  perSecond: 24,
  burstPerAddress: 8,
  perSecondPerAddress: 1,
  /** Further packets that are read while a person looks for a nameplate that they contain: at once, and added per second. */
  invitations: { burst: 256, perSecond: 64 },
  /** Delay before a new announcement when the device's port, name or peers have changed. */
  settle: 1000,
} as const;
