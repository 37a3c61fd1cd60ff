import type { Clock, Timer } from '../clock.ts';
import { trimPools } from './buffer-pool.ts';

/** A buffer that was not needed for a whole interval, ms, is freed at its end. */
const INTERVAL = 15_000;

/** Frees the pooled buffers of this process when they are no longer needed: half a minute after the last transfer there are none. */
export class PoolTrimmer {
  readonly #clock: Clock;
  #timer: Timer;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = clock.setTimer(INTERVAL, this.#trim);
  }

  close(): void {
    this.#timer.cancel();
  }

  readonly #trim = (): void => {
    trimPools();
    this.#timer = this.#clock.setTimer(INTERVAL, this.#trim);
  };
}
