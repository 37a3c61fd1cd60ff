import type { Clock, Timer } from '../clock.ts';
import { trimPools } from './buffer-pool.ts';

/** Time between two trims, ms. A trim frees the buffers that were not needed since the previous one. */
const INTERVAL = 15_000;

/**
 * Trims all buffer pools of this process regularly, by a timer of the given clock. About 30 s after the last transfer the pools are empty. Created
 * once per agent.
 */
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
