import type { Clock, Timer } from '#shared/clock.ts';

/** Interval from the end of one measurement to the start of the next, ms. */
export const MEASURING_INTERVAL = 10_000;

/**
 * Calls a measuring function while active: at once, then again at intervals. Deactivating cancels the running measurement. The machines page
 * (`useMeasuring`) and the terminals page use it for round trips. Touches only the clock.
 */
export class MeasuringLoop {
  readonly #clock: Clock;
  readonly #measure: (signal: AbortSignal) => Promise<void>;
  readonly #interval: number;
  #running: AbortController | undefined;
  #timer: Timer | undefined;

  /**
   * @param measure measures once; if it rejects, the loop continues after the interval
   * @param interval from the end of one measurement to the start of the next, ms
   */
  constructor(clock: Clock, measure: (signal: AbortSignal) => Promise<void>, interval = MEASURING_INTERVAL) {
    this.#clock = clock;
    this.#measure = measure;
    this.#interval = interval;
  }

  /** Starts or pauses the loop; idempotent. */
  setActive(active: boolean): void {
    if (!active) this.stop();
    else if (this.#running === undefined) this.#start();
  }

  /** Stops the loop permanently; idempotent. */
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
      // The page shows the state of the connection, so a failed measurement needs no message.
    }
    if (signal.aborted) return;
    this.#timer = this.#clock.setTimer(this.#interval, () => void this.#run(signal));
  }
}
