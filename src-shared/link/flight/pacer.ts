import type { Clock, Timer } from '../../clock.ts';

/** Sending time, ms, that may be made up for after a late timer. */
const BURST = 3;

/**
 * Spreads the records of a path over time at the path's rate, so that they don't overflow a short queue in the network. Used by `FlightController`;
 * sets timers of the given clock.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #next = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** True while the next record must wait. The pacer then calls `wake` when the record may be sent. */
  get mustWait(): boolean {
    const wait = this.#next - this.#clock.monotonic();
    if (wait <= 0) return false;
    this.#timer ??= this.#clock.setTimer(Math.ceil(wait), () => {
      this.#timer = undefined;
      this.#wake();
    });
    return true;
  }

  /**
   * Notes that `bytes` were sent.
   * @param rate of the path, bytes per ms
   */
  sent(bytes: number, rate: number, now: number): void {
    this.#next = Math.max(this.#next, now - BURST) + bytes / rate;
  }

  dispose(): void {
    this.#timer?.cancel();
  }
}
