/** docs/LIMITS.md, "UDP". Times in ms. */
export const UDP_LIMITS = {
  /** Time from the offer to message 2, at the dialler: NATs answer within two seconds or not at all. */
  dial: 12_000,
  /** Time from the offer to message 1, at the other side. */
  answer: 13_000,
  /** Addresses of one side in one attempt. */
  candidates: 16,
  /** Connections that are being made for peers: of one peer, and in all. */
  answersPerPeer: 1,
  answers: 8,
  /** Offers accepted per peer: in a burst, and then one per this many ms. */
  offersAtOnce: 4,
  offerEvery: 15_000,
} as const;
