/** docs/LIMITS.md, "Forwards". Times in ms. */
export const AUTO_LIMITS = {
  /** Between two looks at all ways; sooner while the link is not the one that is used. */
  again: 60_000,
  sooner: 10_000,
  /** Longest time for an upstream to answer. */
  answer: 5000,
  /** A connection that has heard nothing for so long has its way looked at. */
  patience: 2000,
  /** From a client's connection to its first byte. */
  firstByte: 10_000,
} as const;
