/** docs/LIMITS.md, "Handshakes and links of an agent". Times in ms. */
export const LINK_LIMITS = {
  /** The responder leaves the initiator so much time: two crossing dials are one too many. */
  responderDelay: 1000,
  /** A better path is tried again after so long. */
  reprobe: 60_000,
  /** A direct path that was lost is not tried again for so long, while another way is open. */
  coolDowns: [10_000, 20_000, 40_000, 60_000],
  /** A direct path that lived so long was a good one: the next loss counts as the first. */
  provenAfter: 60_000,

  /** A path in use so long gets a new handshake: a new path of its kind takes its place. */
  renewAfter: 2 * 60 * 60_000,
  /** One that came to nothing is tried again after so long. */
  renewRetry: 5 * 60_000,
  /** After the machine woke; what the wake itself replaces is replaced by then. */
  renewAfterWake: 5000,
  /** The responder makes the new path when the initiator has not, because it has no way of its own. */
  renewResponderDelay: 60_000,

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

  /** A peer in between that does not let us pass is not asked again by this device itself for so long. */
  refusedPause: 60_000,
  /** A peer in between that the person named, and that refused, has its person asked again after so long. */
  askedPause: 600_000,
} as const;
