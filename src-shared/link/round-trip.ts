/** Round trip of a path, ms (smoothing of RFC 9002 section 5). */
export class RoundTrip {
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
    this.#smoothed = this.#smoothed === undefined ? sample : this.#smoothed * 0.875 + sample * 0.125;
  }
}
