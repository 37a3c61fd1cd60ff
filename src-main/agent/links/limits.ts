/** Limits of links, see docs/LIMITS.md, "Handshakes and links". Times in ms. */
export const LINK_LIMITS = {
  /** Hops remembered per session, the newest first. */
  recentHops: 2,
  /** Redials of a lost hop: first and longest ceiling of the random pause. The pause starts over for a hop not dialed for `hopForgotten`. */
  hopPause: 1000,
  hopLongestPause: 30_000,
  hopForgotten: 60_000,
  /** Most incoming hop sessions, per peer (one more closes the oldest) and in total. */
  hopSessionsPerPeer: 8,
  hopSessions: 32,
  /** Interval between checks of an incoming hop session, which is closed after two checks without streams. */
  hopIdle: 15_000,
  /** Time that a hop has to answer before it counts as lost. */
  hopAnswer: 2000,

  /** Silence of a peer after which its measured round trip is no longer shown. */
  answerDue: 1500,
  /** Age of the last answer after which a round trip isn't shown as current, ms. */
  answerOld: 60_000,

  /** Pause after a refusal of pass-through before this device asks that hop again by itself. */
  refusedPause: 60_000,
  /** Pause after a refusal before the user of a named hop is asked again. */
  askedPause: 600_000,
} as const;

/** Limits of path choice, see docs/LIMITS.md, "Handshakes and links". Times in ms. */
export const CHOICE_LIMITS = {
  /** Delay of the responder's dials. Two crossing dials would waste one. */
  responderDelay: 1000,
  /** Interval between dials of a better path. */
  reprobe: 60_000,
  /** First pause before TCP is redialed while UDP is in use. It doubles up to `reprobe`. A firewall may just be asking its user. */
  tcpSoon: 5000,
  /** Delay of UDP after TCP, which connects faster and is preferred. */
  udpHeadStart: 1500,
  /** Longest pause between UDP dials. The pause starts at `reprobe` and doubles, since NATs seldom change. */
  udpLongestPause: 16 * 60_000,
  /**
   * Margins between the round trips of UDP and relay. UDP is still chosen if it is slower by up to `tie`; the relay is chosen only if it is faster by
   * `clear`. Both the difference (ms) and the factor must hold.
   */
  tie: { more: 10, times: 1.25 },
  clear: { more: 15, times: 1.5 },
  /** Pause after a switch caused by measurement. It doubles with each switch up to `longestDwell`, and starts over after `calm` without a switch. */
  dwell: 60_000,
  longestDwell: 32 * 60_000,
  calm: 60 * 60_000,
  /** Interval at which the round trip of the path in use is checked. */
  checkInterval: 15_000,
  /** Pauses before a lost direct path is redialed while another transport is available. */
  coolDowns: [10_000, 20_000, 40_000, 60_000],
  /** Age from which a direct path counts as stable: its loss starts `coolDowns` over. */
  provenAfter: 60_000,

  /** Age at which the path in use is replaced by a new one of the same transport, with a new handshake. */
  renewAfter: 2 * 60 * 60_000,
  /** Pause after a failed renewal. */
  renewRetry: 5 * 60_000,
  /** Delay of renewals after the machine has woken. By then, paths lost during sleep have been replaced. */
  renewAfterWake: 5000,
  /** Extra delay of the responder's renewal, which is needed only if the initiator has no transport to dial. */
  renewResponderDelay: 60_000,
} as const;

/** Limits of hops, see docs/LIMITS.md, "Hops". Times in ms. */
export const HOP_LIMITS = {
  /** Most streams for which this device is the hop, per opener and in total. */
  passedOnPerOpener: 8,
  passedOn: 32,
  /** Time that the destination has to accept the stream. */
  passOnOpen: 10_000,
  /** Most streams that end at this device, per hop. */
  receivedPerHop: 8,
  /** Time from the stream's OPEN to the answered handshake, at the destination. */
  destinationAnswer: 5000,
  /** Time from OPEN to message 2, at the dialing device, while no user is asked. */
  dial: 15_000,
  /** Time from OPEN to message 2 while the hop's user is asked, who has two minutes to decide. */
  dialWhileAsked: 135_000,
} as const;
