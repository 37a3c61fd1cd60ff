/** Bounds of what may be given to a terminal and not yet dealt with, bytes. */
export const MAX_PENDING = 512 * 1024;
export const MIN_PENDING = 64 * 1024;

/** A terminal is to be so much behind at most, ms: what is given to it cannot be taken back, and an interrupt waits for it. */
const MAX_DELAY = 60;
/** So long it is watched before its pace counts, ms: it works in turns of 12 ms. */
const SAMPLE_PERIOD = 36;

/** How fast a terminal deals with what it is given: plain text ten times as fast as one letter in each line. */
export class DrainRate {
  readonly #now: () => number;
  #most = MAX_PENDING;
  #since: number | undefined;
  #bytes = 0;

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** So much may be pending that it neither waits for the next nor falls far behind, bytes. */
  get most(): number {
    return this.#most;
  }

  /** It had nothing to do, and gets something. */
  started(): void {
    this.#since = this.#now();
    this.#bytes = 0;
  }

  /** So many bytes are dealt with. */
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
