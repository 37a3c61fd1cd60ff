import type { Clock, Timer } from '#shared/clock.ts';

/** From the end of one measurement to the beginning of the next, ms. */
export const MEASURING_INTERVAL = 10_000;

/** Measures at once when it becomes active, then again and again; what runs is cancelled when nobody looks any more. */
export class MeasuringLoop {
  readonly #clock: Clock;
  readonly #measure: (signal: AbortSignal) => Promise<void>;
  readonly #interval: number;
  #running: AbortController | undefined;
  #timer: Timer | undefined;

  /** @param measure May reject: it is tried again after the interval all the same. */
  constructor(clock: Clock, measure: (signal: AbortSignal) => Promise<void>, interval = MEASURING_INTERVAL) {
    this.#clock = clock;
    this.#measure = measure;
    this.#interval = interval;
  }

  setActive(active: boolean): void {
    if (!active) this.stop();
    else if (this.#running === undefined) this.#start();
  }

  /** Idempotent. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#running?.abort();
    this.#running = undefined;
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    void this.#run(running.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      await this.#measure(signal);
    } catch {
      // The page shows the state of the connection itself; a measurement that failed is one that is missing.
    }
    if (signal.aborted) return;
    this.#timer = this.#clock.setTimer(this.#interval, () => void this.#run(signal));
  }
}
