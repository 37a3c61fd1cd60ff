/** Number of first samples of which only the least counts, because they include code that runs for the first time. */
const WARM_UP = 4;

/**
 * Estimate of a path's round trip, ms, from samples that `Pings` measures: the least of the first few samples, then smoothed as in RFC 9002 section
 * 5, but never above the last two samples: one answer that was late, such as after sleep, doesn't stay. Pure state.
 */
export class RoundTrip {
  #samples = 0;
  #smoothed: number | undefined;
  #least: number | undefined;
  #newest: number | undefined;

  /** Smoothed round trip; undefined before the first sample. */
  get smoothed(): number | undefined {
    return this.#smoothed;
  }

  /** Least round trip; undefined before the first sample. */
  get least(): number | undefined {
    return this.#least;
  }

  add(sample: number): void {
    this.#least = Math.min(this.#least ?? sample, sample);
    this.#samples += 1;
    this.#smoothed =
      this.#smoothed === undefined || this.#samples <= WARM_UP
        ? this.#least
        : Math.min(this.#smoothed * 0.875 + sample * 0.125, Math.max(sample, this.#newest ?? sample));
    this.#newest = sample;
  }
}
