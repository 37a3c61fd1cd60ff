/** `burst` lines at once, then `perSecond`. */
export type LineRate = Readonly<{ burst: number; perSecond: number }>;

/** Strangers, a relay and peers can cause log lines without end; a disk has one. */
export class LineBudget {
  readonly #rate: LineRate;
  readonly #now: () => number;
  #left: number;
  #at: number;
  #leftOut = 0;

  /** @param now monotonic, ms */
  constructor(rate: LineRate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate.burst;
    this.#at = now();
  }

  /** Takes a line from the budget. Returns the number of lines omitted before it, or undefined if it is omitted too. */
  take(): number | undefined {
    const now = this.#now();
    this.#left = Math.min(this.#rate.burst, this.#left + ((now - this.#at) / 1000) * this.#rate.perSecond);
    this.#at = now;
    if (this.#left < 1) {
      this.#leftOut += 1;
      return undefined;
    }
    this.#left -= 1;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    return leftOut;
  }
}
