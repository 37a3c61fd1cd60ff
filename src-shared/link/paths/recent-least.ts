/** ms that count, and the steps in which they are forgotten. */
const WINDOW = 10_000;
const STEP = 1000;

/**
 * The least of the last ten seconds. Bytes of our own that wait before a question make its answer late, most of the time while much is sent;
 * the least answer tells how long the way is.
 */
export class WindowedMinimum {
  #steps: { since: number; least: number }[] = [];

  /** @param now monotonic */
  add(value: number, now: number): void {
    const last = this.#steps.at(-1);
    if (last !== undefined && now - last.since < STEP) last.least = Math.min(last.least, value);
    else this.#steps.push({ since: now, least: value });
    this.#forget(now);
  }

  /** Undefined where there was nothing. */
  least(now: number): number | undefined {
    this.#forget(now);
    return this.#steps.length === 0 ? undefined : Math.min(...this.#steps.map(({ least }) => least));
  }

  #forget(now: number): void {
    const first = this.#steps.findIndex(({ since }) => since > now - WINDOW);
    if (first !== 0) this.#steps = first === -1 ? [] : this.#steps.slice(first);
  }
}
