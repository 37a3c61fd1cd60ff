/** Limits of automatic proxies (docs/LIMITS.md, "Forwards"), ms. */
export const AUTO_LIMITS = {
  /** Interval between probes of all upstreams; `sooner` applies while the preferred upstream, the link, is not in use. */
  again: 60_000,
  sooner: 10_000,
  /** Longest time for an upstream to answer. */
  answer: 5000,
  /** Time without an answer after which a connection has its upstream probed. */
  patience: 2000,
  /** Longest time from a client's connection to its first byte. */
  firstByte: 10_000,
} as const;
