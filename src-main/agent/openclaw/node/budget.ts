/**
 * Token bucket in memory for one gateway's rate limit on commands, notifications or questions to the person: a burst, then a number of uses per
 * minute.
 */
export class Budget {
  readonly #rate: Readonly<{ burst: number; perMinute: number }>;
  #left: number;
  #at: number;

  constructor(rate: Readonly<{ burst: number; perMinute: number }>, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Counts a use if one is left. @param now monotonic, ms @returns whether one was left */
  take(now: number): boolean {
    const grown = Math.min(this.#rate.burst, this.#left + ((now - this.#at) / 60_000) * this.#rate.perMinute);
    this.#at = now;
    this.#left = grown >= 1 ? grown - 1 : grown;
    return grown >= 1;
  }

  /** Restores the full burst, after a person has answered. */
  refill(): void {
    this.#left = this.#rate.burst;
  }
}
