import type { Clock, Timer } from '../../clock.ts';

/** Sending time, ms, that may be caught up after a late timer. */
const BURST = 3;

/** Spreads records over the time they need on the path, so that they do not overflow a short queue. */
export class Pacer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #next = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** True while the next record must wait; `wake` is called when it may go. */
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
   * @param rate bytes per ms
   */
  sent(bytes: number, rate: number, now: number): void {
    this.#next = Math.max(this.#next, now - BURST) + bytes / rate;
  }

  dispose(): void {
    this.#timer?.cancel();
  }
}
