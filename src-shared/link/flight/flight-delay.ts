/** Time after which the least round trip must be confirmed by a new sample, since paths change, ms. */
const LIFE = 10_000;

/** Factor within which a sample confirms the least round trip. */
const NEAR = 1.02;
const NEAR_MS = 0.2;

/** Estimates the round trip of a path without queues, and the delay that queues add, for `FlightController`. */
export class PathDelay {
  #least: number | undefined;
  #seenAt = 0;
  /** The least since `#seenAt`, and of the round trip under way. */
  #recent = Infinity;
  #round = Infinity;

  /** Least round trip, ms; 0 before the first sample. */
  get least(): number {
    return this.#least ?? 0;
  }

  /** Reports whether the least round trip is too old to rely on. */
  expired(now: number): boolean {
    return now - this.#seenAt > LIFE;
  }

  /** Discards the estimate. Call it when nothing is in flight: the next sample then contains no queue of this side. */
  restart(now: number): void {
    this.#least = undefined;
    this.#see(now);
  }

  /**
   * Adds a sample.
   * @param own transmission time of the record itself, ms; left out of the queueing delay
   */
  add(sample: number, now: number, own = 0): void {
    this.#round = Math.min(this.#round, sample - own);
    this.#recent = Math.min(this.#recent, sample);
    if (this.#least === undefined || sample < this.#least) this.#least = sample;
    if (sample <= this.#least * NEAR + NEAR_MS) this.#see(now);
  }

  /** Returns the queueing delay common to all records of the round trip, ms, and starts the next round trip. */
  takeQueue(): number {
    const queue = Math.max(0, this.#round - this.least);
    this.#round = Infinity;
    return queue === Infinity ? 0 : queue;
  }

  /** Discards the recent samples, so that `renew` uses only later ones. */
  forgetRecent(): void {
    this.#recent = Infinity;
  }

  /** Replaces the least round trip with the lowest sample since `forgetRecent` or the last confirmation. */
  renew(now: number): void {
    if (this.#recent !== Infinity) this.#least = this.#recent;
    this.#see(now);
  }

  #see(now: number): void {
    this.#seenAt = now;
    this.#recent = Infinity;
  }
}
