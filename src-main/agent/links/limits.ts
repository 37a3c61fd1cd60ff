/** docs/LIMITS.md, "Handshakes and links". Times in ms. */
export const LINK_LIMITS = {
  /** Peers in between that are remembered of one session, the newest first. */
  recentHops: 2,
  /** Between two dials to a peer in between that is not linked any more: first ceiling, longest; a quiet time after which it begins anew. */
  hopPause: 1000,
  hopLongestPause: 30_000,
  hopForgotten: 60_000,
  /** Sessions of peers that only lead on from here: of one peer (a further one ends the oldest), and in all. */
  hopSessionsPerPeer: 8,
  hopSessions: 32,
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

/** docs/LIMITS.md, "Handshakes and links". Times in ms. */
export const CHOICE_LIMITS = {
  /** The responder leaves the initiator so much time: two crossing dials are one too many. */
  responderDelay: 1000,
  /** A better path is tried again after so long. */
  reprobe: 60_000,
  /**
   * One over TCP, where one over UDP is in use: the networks reach each other, and what is in the way may be a firewall that asks its person at
   * this moment. After so long, then twice as long each time, up to `reprobe`.
   */
  tcpSoon: 5000,
  /** A connection over TCP is quicker made, and preferred: so much later one over UDP is tried beside it. */
  udpHeadStart: 1500,
  /** One over UDP that came to nothing is tried again after `reprobe`, then after twice as long each time, up to this: NATs seldom change. */
  udpLongestPause: 16 * 60_000,
  /**
   * Over UDP or through the relay: to move to UDP it may be so much slower, and the relay must be so much faster to be moved to. Both must
   * hold: ms, and how many times as long.
   */
  tie: { more: 10, times: 1.25 },
  clear: { more: 15, times: 1.5 },
  /** After a move by what was measured none follows for so long, twice as long after each further one, up to this; after `calm` it begins anew. */
  dwell: 60_000,
  longestDwell: 32 * 60_000,
  calm: 60 * 60_000,
  /** How often the round trip of the path in use is looked at. */
  look: 15_000,
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
} as const;

/** docs/LIMITS.md, "Hops". Times in ms. */
export const HOP_LIMITS = {
  /** Ways through this device at a time: of one opener, and in all. */
  passedOnPerOpener: 8,
  passedOn: 32,
  /** What the target has to take the stream. */
  passOnOpen: 10_000,
  /** Ways that end here, of one middle peer. */
  receivedPerHop: 8,
  /** From the stream to the handshake's answer, at the target. */
  destinationAnswer: 5000,
  /** From OPEN to message 2, at the dialler, when nobody is asked. */
  dial: 15_000,
  /** The same while a person at the middle peer is asked: they have two minutes. */
  dialWhileAsked: 135_000,
} as const;
