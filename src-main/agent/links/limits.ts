/** docs/LIMITS.md, "Handshakes and links". Times in ms. */
export const LINK_LIMITS = {
  /** Hops remembered per session, newest first. */
  recentHops: 2,
  /** Redials of a lost hop: first and longest ceiling of the pause; a hop quiet for `hopForgotten` starts over. */
  hopPause: 1000,
  hopLongestPause: 30_000,
  hopForgotten: 60_000,
  /** Incoming hop sessions, per peer (one more ends the oldest) and in total. */
  hopSessionsPerPeer: 8,
  hopSessions: 32,
  /** Interval after which an incoming hop session found idle twice in a row is closed. */
  hopIdle: 15_000,
  /** Time a hop has to answer before it counts as lost. */
  hopAnswer: 2000,

  /** Silence after which a measured round trip is no longer shown. */
  answerDue: 1500,

  /** Pause before this device by itself asks a hop again that refused pass-through. */
  refusedPause: 60_000,
  /** Pause before a hop named by the user is asked again with a request to its user. */
  askedPause: 600_000,
} as const;

/** docs/LIMITS.md, "Handshakes and links". Times in ms. */
export const CHOICE_LIMITS = {
  /** Delay by which the responder dials later, since two crossing dials waste one. */
  responderDelay: 1000,
  /** Interval between dials of a better path. */
  reprobe: 60_000,
  /**
   * First pause before TCP is redialled while UDP is in use, doubling up to `reprobe`: a firewall may be asking its
   * user at this moment.
   */
  tcpSoon: 5000,
  /** Delay of UDP behind TCP, which connects faster and is preferred. */
  udpHeadStart: 1500,
  /** Longest pause between UDP dials, which start at `reprobe` and double: NATs seldom change. */
  udpLongestPause: 16 * 60_000,
  /**
   * Margins between UDP and relay: UDP may be slower by up to `tie` and is still chosen; the relay is chosen only if
   * faster by `clear`. Both parts must hold: ms, and factor.
   */
  tie: { more: 10, times: 1.25 },
  clear: { more: 15, times: 1.5 },
  /** Pause after a switch caused by measurement, doubling with each switch up to `longestDwell`; after `calm` it starts over. */
  dwell: 60_000,
  longestDwell: 32 * 60_000,
  calm: 60 * 60_000,
  /** Interval at which the round trip of the path in use is checked. */
  look: 15_000,
  /** Pauses before a lost direct path is redialled while another transport is open. */
  coolDowns: [10_000, 20_000, 40_000, 60_000],
  /** Lifetime after which a direct path counts as stable: its loss counts as a first loss. */
  provenAfter: 60_000,

  /** Age at which the path in use is replaced by a new one of its kind, with a new handshake. */
  renewAfter: 2 * 60 * 60_000,
  /** Pause after a failed renewal. */
  renewRetry: 5 * 60_000,
  /** Delay of the renewal after the machine woke; paths lost by the sleep are replaced by then. */
  renewAfterWake: 5000,
  /** Extra delay before the responder renews, which it does only if the initiator has not: it may have no transport to dial. */
  renewResponderDelay: 60_000,
} as const;

/** docs/LIMITS.md, "Hops". Times in ms. */
export const HOP_LIMITS = {
  /** Streams passed on by this device, per opener and in total. */
  passedOnPerOpener: 8,
  passedOn: 32,
  /** Time the destination has to accept the stream. */
  passOnOpen: 10_000,
  /** Streams that end at this device, per hop. */
  receivedPerHop: 8,
  /** Time from the stream's OPEN to the answered handshake, at the destination. */
  destinationAnswer: 5000,
  /** Time from OPEN to message 2, at the dialler, while no user is asked. */
  dial: 15_000,
  /** The same while the hop's user is asked, who has two minutes. */
  dialWhileAsked: 135_000,
} as const;
