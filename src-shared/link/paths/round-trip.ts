/** Samples that count as warm-up, because the first ones include code that has never run. */
const WARM_UP = 4;

/** Round trip of a path, ms: the least one while there are few, then smoothed as in RFC 9002 section 5. */
export class RoundTrip {
  #samples = 0;
  #smoothed: number | undefined;
  #least: number | undefined;

  get smoothed(): number | undefined {
    return this.#smoothed;
  }

  get least(): number | undefined {
    return this.#least;
  }

  add(sample: number): void {
    this.#least = Math.min(this.#least ?? sample, sample);
    this.#samples += 1;
    this.#smoothed =
      this.#smoothed === undefined || this.#samples <= WARM_UP ? this.#least : this.#smoothed * 0.875 + sample * 0.125;
  }
}
