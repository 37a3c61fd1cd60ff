import type { Clock } from '#shared/clock.ts';
import { delay } from '#shared/timeout.ts';

/** Pause of a peer after a refused message, ms: 20 a second at most. */
const REFUSED_PAUSE = 50;

/** Pauses after the refused messages of one peer, whatever the stream on which they come. One per peer, for `MessageServer`. */
export class RefusalPause {
  readonly #clock: Clock;
  /** Time at which the last pause is over, ms of the monotonic clock. */
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits after a refused message: each for a pause of its own, one after the other. @param signal ends the wait, but not the pause */
  async refused(signal: AbortSignal): Promise<void> {
    this.#until = Math.max(this.#until, this.#clock.monotonic()) + REFUSED_PAUSE;
    await this.over(signal);
  }

  /** Waits until the pauses so far are over, or the signal is aborted. */
  async over(signal: AbortSignal): Promise<void> {
    const left = this.#until - this.#clock.monotonic();
    if (left > 0) await delay(this.#clock, left, signal);
  }
}
