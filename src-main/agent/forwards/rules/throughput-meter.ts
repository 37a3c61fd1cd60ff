/** Over which time a rate is taken, ms. */
const RATE_WINDOW = 2000;

type Sample = Readonly<{ at: number; in: number; out: number }>;

/** Bytes a second of two counters that only grow, over the last two seconds. */
export class ThroughputMeter {
  /** Oldest first; the first one is the newest that is older than the window, if there is one. */
  #samples: Sample[] = [];

  /** @param at monotonic, ms */
  sample(at: number, bytesIn: number, bytesOut: number): void {
    const last = this.#samples.at(-1);
    // Nobody looked meanwhile, since nothing moved.
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
