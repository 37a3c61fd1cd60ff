import { fullJitter } from '#shared/back-off.ts';

const FIRST = 1000;
const LONGEST = 30_000;

/**
 * Pauses between retries of the relay: exponential from 1 s to 30 s, with full jitter, so that clients don't all return at once after an outage. Used
 * by `RelayRetrySchedule`.
 */
export class BackOff {
  readonly #random: () => number;
  readonly #longest: () => number;
  #attempts = 0;

  /** @param random returns numbers in [0, 1) @param longest returns the longest pause allowed now, ms; shorter while a session waits */
  constructor(random: () => number, longest: () => number = () => LONGEST) {
    this.#random = random;
    this.#longest = longest;
  }

  /** Returns the pause before the next try, ms. Each call counts as one failure. @param most longest pause of this try, ms */
  next(most = LONGEST): number {
    this.#attempts += 1;
    const longest = Math.min(LONGEST, most, this.#longest());
    return fullJitter(this.#attempts, { first: FIRST, longest }, this.#random);
  }

  /** Returns the pause if the relay has named one: that time in ms, plus up to a second. */
  after(named: number): number {
    this.#attempts += 1;
    return named + Math.floor(this.#random() * FIRST);
  }

  /** Starts again at 1 s. Called after a success. */
  reset(): void {
    this.#attempts = 0;
  }
}
