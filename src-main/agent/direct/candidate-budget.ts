import type { Clock } from '#shared/clock.ts';

/** Most addresses of one peer that are dialed within `WINDOW`. */
const MOST = 16;
/** Length of the window, ms. */
const WINDOW = 60_000;

/**
 * Limits how many of a peer's claimed addresses this device dials, so that a peer can't use it as a port scanner. One per peer and transport, direct
 * or UDP. In memory only.
 */
export class CandidateBudget {
  readonly #clock: Clock;
  /** Times of the latest dials. */
  #dialed: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reports whether nothing was dialed within the last minute. */
  get isWhole(): boolean {
    const now = this.#clock.monotonic();
    return this.#dialed.every((at) => at <= now - WINDOW);
  }

  /** Returns the first of the addresses, as many as may be dialed now, and counts them as dialed. */
  take(addresses: readonly string[]): readonly string[] {
    const now = this.#clock.monotonic();
    this.#dialed = this.#dialed.filter((at) => at > now - WINDOW);
    const taken = addresses.slice(0, MOST - this.#dialed.length);
    this.#dialed.push(...taken.map(() => now));
    return taken;
  }
}
