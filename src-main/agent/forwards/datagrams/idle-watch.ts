import type { Clock, Timer } from '#shared/clock.ts';

/**
 * Timer that ends an unused UDP association, of a local client or of a peer: fires once when `touch` was not called for `idle` ms. Cheap to touch:
 * the timer is not restarted each time.
 */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #idle: number;
  readonly #over: () => void;
  #touchedAt: number;
  #timer: Timer;

  constructor(clock: Clock, idle: number, over: () => void) {
    this.#clock = clock;
    this.#idle = idle;
    this.#over = over;
    this.#touchedAt = clock.monotonic();
    this.#timer = clock.setTimer(idle, this.#check);
  }

  /** Monotonic time of the last use, ms. */
  get touchedAt(): number {
    return this.#touchedAt;
  }

  /** Restarts the idle time. */
  touch(): void {
    this.#touchedAt = this.#clock.monotonic();
  }

  /** Stops the timer. */
  stop(): void {
    this.#timer.cancel();
  }

  readonly #check = (): void => {
    const left = this.#touchedAt + this.#idle - this.#clock.monotonic();
    if (left > 0) this.#timer = this.#clock.setTimer(left, this.#check);
    else this.#over();
  };
}
