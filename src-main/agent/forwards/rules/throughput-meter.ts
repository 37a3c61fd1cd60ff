/** Window over which a rate is measured, ms. */
const RATE_WINDOW = 2000;

type Sample = Readonly<{ at: number; in: number; out: number }>;

/** Meter for the rates that a forward shows: bytes per second of two growing counters, averaged over the last two seconds. */
export class ThroughputMeter {
  /** Samples, oldest first; the first one is the latest that is older than the window, if there is one. */
  #samples: Sample[] = [];

  /**
   * Adds a sample of the counters.
   * @param at monotonic time, ms
   */
  sample(at: number, bytesIn: number, bytesOut: number): void {
    const last = this.#samples.at(-1);
    // No samples were taken since the last one, because no bytes moved.
    if (last !== undefined && last.at < at - RATE_WINDOW) this.#samples = [{ ...last, at: at - RATE_WINDOW }];
    this.#samples.push({ at, in: bytesIn, out: bytesOut });
    while ((this.#samples[1]?.at ?? at) <= at - RATE_WINDOW) this.#samples.shift();
  }

  /** Returns bytes per second within the window, in both directions. */
  read(): Readonly<{ in: number; out: number }> {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return { in: 0, out: 0 };
    const seconds = Math.max(last.at - first.at, RATE_WINDOW) / 1000;
    return { in: Math.round((last.in - first.in) / seconds), out: Math.round((last.out - first.out) / seconds) };
  }
}
