/** ms that count, and the steps in which they are forgotten. */
const WINDOW = 10_000;
const STEP = 1000;

/**
 * Minimum of the last ten seconds. Data queued here before a ping delays its answer, so most samples are too long while
 * much is sent; the minimum shows the path's own delay.
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
