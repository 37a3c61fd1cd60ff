/** docs/LIMITS.md, "Local network". Milliseconds unless noted otherwise. */
export const DISCOVERY_LIMITS = {
  /** Time span of tokens, by the wall clock; tokens of another span are invalid. */
  epoch: 15 * 60_000,
  /** Longest interval between announcements; up to `jitter` sooner. */
  rotation: 15 * 60_000,
  jitter: 120_000,
  /** Seconds for which others may remember an announcement. */
  lifetime: 20 * 60,
  /** Least gap between two packets into one network. */
  pause: 1000,
  /** Before an answer, at least and at most: many answer at once. */
  answerAfter: 20,
  answerWithin: 120,
  /** Duration of a search. */
  search: 2000,
  /** Unknown devices shown, in total and per address. */
  strangers: 64,
  strangersPerAddress: 2,
  /** After a dial that failed, a lost session or a goodbye, until the peer may be expected at that address again. */
  refuted: 60_000,
  /** Addresses kept of one peer. */
  addressesPerPeer: 4,
  /** Announcements compared with the peers: at once and then each second, in all and of one address. */
  burst: 96,
  perSecond: 24,
  burstPerAddress: 8,
  perSecondPerAddress: 1,
  /** After a change that the announcement has to follow. */
  settle: 1000,
} as const;
