import { fullJitter } from '#shared/back-off.ts';

const FIRST = 1000;
const LONGEST = 30_000;

/** Exponential, 1 s to 30 s, with full jitter: after an outage clients do not come back all at once. */
export class BackOff {
  readonly #random: () => number;
  readonly #longest: () => number;
  #attempts = 0;

  /** @param random uniform in [0, 1) @param longest ms, where something waits that must not wait as long as usual */
  constructor(random: () => number, longest: () => number = () => LONGEST) {
    this.#random = random;
    this.#longest = longest;
  }

  /** ms to wait before the next try; each call counts as one that failed. */
  next(): number {
    this.#attempts += 1;
    const longest = Math.min(LONGEST, this.#longest());
    return fullJitter(this.#attempts, { first: FIRST, longest }, this.#random);
  }

  /** ms to wait when the relay named a time: that, and up to a second more. */
  after(named: number): number {
    this.#attempts += 1;
    return named + Math.floor(this.#random() * FIRST);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
