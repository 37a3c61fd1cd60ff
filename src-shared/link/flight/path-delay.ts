/** Time in ms after which the least round trip counts as outdated unless a new sample confirms it, because paths change. */
const LIFE = 10_000;

/** Factor within which a sample confirms the least round trip. */
const NEAR = 1.02;
const NEAR_MS = 0.2;

/**
 * Estimates for `FlightController` the round trip that a path has without queues, and the delay that queues add. All times are in ms; callers pass
 * the clock's time.
 */
export class PathDelay {
  #least: number | undefined;
  #seenAt = 0;
  /** The least since `#seenAt`, and of the round trip under way. */
  #recent = Infinity;
  #round = Infinity;

  /** Least round trip; 0 before the first sample. */
  get least(): number {
    return this.#least ?? 0;
  }

  /** Reports whether the least round trip is outdated. */
  expired(now: number): boolean {
    return now - this.#seenAt > LIFE;
  }

  /** Discards the estimate. Call it while nothing is in flight, so that the next sample contains no queue of this side. */
  restart(now: number): void {
    this.#least = undefined;
    this.#see(now);
  }

  /**
   * Adds a measured round trip.
   * @param own transmission time of the record itself, subtracted from the queueing delay
   */
  add(sample: number, now: number, own = 0): void {
    this.#round = Math.min(this.#round, sample - own);
    this.#recent = Math.min(this.#recent, sample);
    if (this.#least === undefined || sample < this.#least) this.#least = sample;
    if (sample <= this.#least * NEAR + NEAR_MS) this.#see(now);
  }

  /** Returns the least queueing delay among the samples of the current round trip, and starts the next round trip. */
  takeQueue(): number {
    const queue = Math.max(0, this.#round - this.least);
    this.#round = Infinity;
    return queue === Infinity ? 0 : queue;
  }

  /** Discards the recent samples, so that `renew` uses only later ones. */
  forgetRecent(): void {
    this.#recent = Infinity;
  }

  /** Replaces the least round trip with the least sample since `forgetRecent` or the last confirmation. */
  renew(now: number): void {
    if (this.#recent !== Infinity) this.#least = this.#recent;
    this.#see(now);
  }

  #see(now: number): void {
    this.#seenAt = now;
    this.#recent = Infinity;
  }
}
