import type { Clock, Timer } from '../../clock.ts';

/** ms of sending that may be made up for when a timer came late. */
const BURST = 3;

/** Spreads what is sent over the time it needs on the path, so that it does not meet a short queue all at once. */
export class Pacer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #next = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Whether the next record must wait; `wake` is called when its time has come. */
  get mustWait(): boolean {
    const wait = this.#next - this.#clock.monotonic();
    if (wait <= 0) return false;
    this.#timer ??= this.#clock.setTimer(Math.ceil(wait), () => {
      this.#timer = undefined;
      this.#wake();
    });
    return true;
  }

  /** `bytes` were sent; `rate` is in bytes per ms. */
  sent(bytes: number, rate: number, now: number): void {
    this.#next = Math.max(this.#next, now - BURST) + bytes / rate;
  }

  dispose(): void {
    this.#timer?.cancel();
  }
}
