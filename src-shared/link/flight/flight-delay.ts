/** ms after which the least round trip must be seen again: paths change. */
const LIFE = 10_000;

/** A sample so near to the least one proves it anew. */
const NEAR = 1.02;
const NEAR_MS = 0.2;

/** The round trip of a path without its queues, and what the queues add. */
export class PathDelay {
  #least: number | undefined;
  #seenAt = 0;
  /** The least since `#seenAt`, and of the round trip under way. */
  #recent = Infinity;
  #round = Infinity;

  /** ms; 0 while nothing is known. */
  get least(): number {
    return this.#least ?? 0;
  }

  /** The least round trip is an old one: it may be another by now. */
  expired(now: number): boolean {
    return now - this.#seenAt > LIFE;
  }

  /** Nothing is on its way: the next sample is without a queue of ours. */
  restart(now: number): void {
    this.#least = undefined;
    this.#see(now);
  }

  /** @param own ms of the sample that the record itself needed to pass, where that is known */
  add(sample: number, now: number, own = 0): void {
    this.#round = Math.min(this.#round, sample - own);
    this.#recent = Math.min(this.#recent, sample);
    if (this.#least === undefined || sample < this.#least) this.#least = sample;
    if (sample <= this.#least * NEAR + NEAR_MS) this.#see(now);
  }

  /** ms that every record of the round trip waited in queues; the next round trip begins. */
  takeQueue(): number {
    const queue = Math.max(0, this.#round - this.least);
    this.#round = Infinity;
    return queue === Infinity ? 0 : queue;
  }

  /** From here on only what is seen counts for `renew`. */
  forgetRecent(): void {
    this.#recent = Infinity;
  }

  /** What was seen last takes the place of the old least. */
  renew(now: number): void {
    if (this.#recent !== Infinity) this.#least = this.#recent;
    this.#see(now);
  }

  #see(now: number): void {
    this.#seenAt = now;
    this.#recent = Infinity;
  }
}
