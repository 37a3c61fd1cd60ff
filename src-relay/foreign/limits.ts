import type { Rate } from '../limits/index.ts';

/** Rate limits of foreign instances. */
export const FOREIGN_RATES = {
  /** Signed requests and messages of one instance. It keeps its nonces within `nonces` of `FOREIGN_LIMITS`. */
  messagesPerInstance: { burst: 100, perSecond: 10 },
  /** Messages of one instance on its connection that are malformed or refused; beyond, the connection is closed. */
  faultsPerConnection: { burst: 50, perSecond: 1 },
} as const satisfies Record<string, Rate>;

/** Rate limits as in `FOREIGN_RATES`; tests use smaller ones. */
export type ForeignRates = Readonly<{ [Name in keyof typeof FOREIGN_RATES]: Rate }>;
