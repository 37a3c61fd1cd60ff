/** docs/LIMITS.md, "Handshakes and links of an agent". Times in ms. */
export const LINK_LIMITS = {
  /** Peers in between that are remembered of one session, the newest first. */
  middles: 2,
  /** Between two dials to a peer in between that is not linked any more: first ceiling, longest; a quiet time after which it begins anew. */
  middlePause: 1000,
  middleLongestPause: 30_000,
  middleForgotten: 60_000,
  /** Sessions of peers that only lead on from here: of one peer (a further one ends the oldest), and in all. */
  hopsPerPeer: 8,
  hops: 32,
  /** One without a way through it ends after so long, at most twice. */
  hopIdle: 15_000,
  /** A peer in between that does not answer so long is the one that is lost. */
  hopAnswer: 2000,

  /** A round trip counts as confirmed until an answer has been missing for so long. */
  answerDue: 1500,

  /** A peer in between that does not let us pass is not asked again by this device itself for so long. */
  refusedPause: 60_000,
  /** A peer in between that the person named, and that refused, has its person asked again after so long. */
  askedPause: 600_000,
} as const;
