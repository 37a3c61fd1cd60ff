/** Length of the window and of the steps in which values are forgotten, ms. */
const WINDOW = 10_000;
const STEP = 1000;

/**
 * Minimum of the values of the last ten seconds. `Pings` uses it for round trips: queued data delays the answer to a ping, so most samples are too
 * long while much is sent, and the minimum shows the delay of the path itself.
 */
export class WindowedMinimum {
  #steps: { since: number; least: number }[] = [];

  /** @param now monotonic time, ms */
  add(value: number, now: number): void {
    const last = this.#steps.at(-1);
    if (last !== undefined && now - last.since < STEP) last.least = Math.min(last.least, value);
    else this.#steps.push({ since: now, least: value });
    this.#forget(now);
  }

  /** Returns the minimum; undefined without a value in the window. */
  least(now: number): number | undefined {
    this.#forget(now);
    return this.#steps.length === 0 ? undefined : Math.min(...this.#steps.map(({ least }) => least));
  }

  #forget(now: number): void {
    const first = this.#steps.findIndex(({ since }) => since > now - WINDOW);
    if (first !== 0) this.#steps = first === -1 ? [] : this.#steps.slice(first);
  }
}
