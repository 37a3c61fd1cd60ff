/** Limits of UDP paths, see docs/LIMITS.md, "UDP". A peer sends the offer of a path on a session, and the other side answers it. Times in ms. */
export const UDP_LIMITS = {
  /** Time from the offer to message 2, at the dialing device. NATs let packets through within two seconds or not at all. */
  dial: 12_000,
  /** Time from the offer to message 1, at the answering device. */
  answer: 13_000,
  /** Most addresses of one side in one attempt. */
  candidates: 16,
  /** Most offers being answered, per peer and in total. */
  answersPerPeer: 1,
  answers: 8,
  /** Offers accepted per peer: the number allowed at once, and the interval in ms at which one is added. */
  offersAtOnce: 4,
  offerEvery: 15_000,
} as const;
