/** Most bytes that may be pending in a terminal, however fast it is. */
export const MAX_PENDING = 512 * 1024;
/** Least number of bytes that may be pending in a terminal, however slow it is. */
export const MIN_PENDING = 64 * 1024;

/** Longest delay of a terminal's output, ms. Pending output can't be withdrawn, so Ctrl-C shows its effect only after it. */
const MAX_DELAY = 60;
/** Shortest time over which the rate is measured, ms. xterm works in slices of 12 ms. */
const SAMPLE_PERIOD = 36;

/**
 * Measures how fast a terminal processes output, to limit the bytes that its `OutputPump` leaves pending in it. Plain text is ten times as fast as
 * lines of one letter. Reads the monotonic clock.
 */
export class DrainRate {
  readonly #now: () => number;
  #most = MAX_PENDING;
  #since: number | undefined;
  #bytes = 0;

  /** @param now monotonic time, ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Most bytes that may be pending now, so that the terminal is neither idle nor far behind. */
  get most(): number {
    return this.#most;
  }

  /** Starts a measurement when an idle terminal gets output. */
  started(): void {
    this.#since = this.#now();
    this.#bytes = 0;
  }

  /** Counts bytes that the terminal has processed. */
  processed(bytes: number): void {
    if (this.#since === undefined) return;
    this.#bytes += bytes;
    const now = this.#now();
    const elapsed = now - this.#since;
    if (elapsed < SAMPLE_PERIOD) return;
    const wanted = (this.#bytes / elapsed) * MAX_DELAY;
    this.#most = Math.round(Math.min(Math.max(wanted, MIN_PENDING), MAX_PENDING));
    this.#since = now;
    this.#bytes = 0;
  }
}
