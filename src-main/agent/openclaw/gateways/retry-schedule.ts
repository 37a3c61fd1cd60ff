import { fullJitter } from '#shared/back-off.ts';

/** First and highest ceiling of the exponential wait, ms. */
const FIRST = 1000;
const LONGEST = 30_000;
/** Shortest wait, ms, so that instant rejections don't cause hundreds of attempts a second. */
const SHORTEST = 250;
/** Wait while a pairing request is pending, ms. Repeating the request keeps it alive; it expires after five minutes. */
const PAIRING = 15_000;
/** Longest waits that a gateway may request, ms: after a rejection, and for a restart. */
const LONGEST_REQUESTED = 60 * 60_000;
const LONGEST_RESTART = 60_000;
/** Random spread, ms, for clients that were all given the same time. */
const SPREAD = 1000;
/** Waits, ms, and number of attempts after an announced restart should be over. */
const OVERDUE = { shortest: 500, longest: 1500, most: 40 };
/** Age at which a connection counts as a success and resets the waits, ms. */
export const STABLE_AFTER = 30_000;
/** Shortest time between attempts caused by wake-ups and network changes, ms. */
export const NUDGE_SPACING = 3000;

/** Waits before the next attempt to reach a gateway, ms. In memory; `RoleLink` uses them. */
export class GatewayRetrySchedule {
  readonly #random: () => number;
  #failures = 0;
  #overdueAttempts = 0;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Counts a failure and returns an exponential wait with full jitter, at most 30 s. */
  afterFailure(): number {
    this.#failures += 1;
    return Math.max(SHORTEST, fullJitter(this.#failures, { first: FIRST, longest: LONGEST }, this.#random));
  }

  /**
   * Returns a wait of at least the time that the gateway requested, growing with each failure.
   * @param after requested time, ms
   */
  afterRequest(after: number): number {
    return Math.min(LONGEST_REQUESTED, Math.max(0, after)) + this.afterFailure();
  }

  /** Returns the wait while a pairing request is pending. Neither counts as a failure nor resets the count. */
  whilePairing(): number {
    return PAIRING + Math.floor(this.#random() * SPREAD);
  }

  /** Returns the wait for a gateway that announced to be back after `expected` ms. */
  forRestart(expected: number): number {
    this.#overdueAttempts = 0;
    return Math.max(SHORTEST, Math.min(LONGEST_RESTART, expected)) + Math.floor(this.#random() * SPREAD);
  }

  /**
   * Returns the wait after the announced time is over.
   * @param after wait that the gateway has requested since, ms
   */
  afterRestart(after: number): number {
    if (this.#overdueAttempts >= OVERDUE.most) return this.afterRequest(after);
    this.#overdueAttempts += 1;
    const { shortest, longest } = OVERDUE;
    const wait = shortest + Math.floor(this.#random() * (longest - shortest));
    return Math.max(wait, Math.min(LONGEST_REQUESTED, after));
  }

  /** Resets the count of failures. */
  reset(): void {
    this.#failures = 0;
  }
}
