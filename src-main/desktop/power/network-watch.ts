import type { Clock, Timer } from '#shared/clock.ts';

/** Between two looks, ms; one costs next to nothing. */
const INTERVAL = 2000;

/**
 * Notices that this machine has a network again. Addresses may be the same as before, in another network of the same kind, so that nothing else
 * tells it.
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
