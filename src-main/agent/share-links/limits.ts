/** Limits of share links. Times are ms. */
export const SHARE_LINK_LIMITS = {
  /** Links of this device. */
  links: 16,
  /** Guests of a link that wait for an answer. */
  waiting: 4,
  /** Pairings of a link that run at the same time. */
  pairings: 8,
  /** Time for a guest's first message, which needs no person. */
  hello: 5000,
  /** Time from the handshake to the stream. */
  stream: 10_000,
  /** Time that a guest who was let in may be away before its place is given up. */
  away: 2 * 60_000,
  /** Shortest time between two reports that a guest types. */
  typingPace: 500,
  /** Time for a guest to read the last message. */
  linger: 1000,
} as const;
