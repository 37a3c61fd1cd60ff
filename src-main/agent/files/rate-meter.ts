import type { Clock } from '#shared/clock.ts';

/** Time over which a rate is measured, ms. */
const WINDOW = 3000;
/** Shortest time between two samples, ms. */
const STEP = 100;

/** Measures how many bytes a second a transfer moves now. */
export class RateMeter {
  readonly #clock: Clock;
  #samples: Readonly<{ at: number; bytes: number }>[] = [];
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts bytes that were moved. */
  add(bytes: number): void {
    this.#bytes += bytes;
    const at = this.#clock.monotonic();
    const last = this.#samples.at(-1);
    if (last === undefined || at - last.at >= STEP) this.#samples.push({ at, bytes: this.#bytes });
    while ((this.#samples[1]?.at ?? at) < at - WINDOW) this.#samples.shift();
  }

  /** Returns bytes a second; null if nothing was moved for a while, or not for long enough yet. */
  rate(): number | null {
    const now = this.#clock.monotonic();
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || now - last.at > WINDOW || now - first.at < 2 * STEP) return null;
    return ((this.#bytes - first.bytes) * 1000) / (now - first.at);
  }

  reset(): void {
    this.#samples = [];
  }
}
