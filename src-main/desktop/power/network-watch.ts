import type { Clock, Timer } from '#shared/clock.ts';

/** Interval between two checks, ms. */
const INTERVAL = 2000;

/**
 * Watch that calls `back` when this machine is online again, for `watchPower`. Another network of the same kind may give it the same addresses, so no
 * other event reports the change. Checks every two seconds.
 */
export class NetworkWatch {
  readonly #clock: Clock;
  readonly #isOnline: () => boolean;
  readonly #back: () => void;
  #online: boolean;
  #timer: Timer | undefined;

  constructor(clock: Clock, isOnline: () => boolean, back: () => void) {
    this.#clock = clock;
    this.#isOnline = isOnline;
    this.#back = back;
    this.#online = isOnline();
    this.#next();
  }

  close(): void {
    this.#timer?.cancel();
  }

  #next(): void {
    this.#timer = this.#clock.setTimer(INTERVAL, () => {
      const online = this.#isOnline();
      const isBack = online && !this.#online;
      this.#online = online;
      if (isBack) this.#back();
      this.#next();
    });
  }
}
