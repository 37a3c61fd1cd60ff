/** Rate of log lines: `burst` lines at once, then `perSecond`. */
export type LineRate = Readonly<{ burst: number; perSecond: number }>;

/** Limits how many lines per second a log takes, so that strangers, a relay or peers can't fill the disk. Used by `createLogger`. */
export class LineBudget {
  readonly #rate: LineRate;
  readonly #now: () => number;
  #left: number;
  #at: number;
  #omitted = 0;

  /** @param now returns a monotonic time, ms */
  constructor(rate: LineRate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#left = rate.burst;
    this.#at = now();
  }

  /** Takes a line from the budget. Returns the number of lines omitted since the last written one, or undefined if this line must be omitted too. */
  take(): number | undefined {
    const now = this.#now();
    this.#left = Math.min(this.#rate.burst, this.#left + ((now - this.#at) / 1000) * this.#rate.perSecond);
    this.#at = now;
    if (this.#left < 1) {
      this.#omitted += 1;
      return undefined;
    }
    this.#left -= 1;
    const omitted = this.#omitted;
    this.#omitted = 0;
    return omitted;
  }
}
