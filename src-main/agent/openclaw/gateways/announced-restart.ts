import type { Clock } from '#shared/clock.ts';
import { STABLE_AFTER, type GatewayRetrySchedule } from './retry-schedule.ts';

/** It is said to be restarting so much longer than it expected, ms. */
const GRACE = 60_000;
const LONGEST = 10 * 60_000;
/** So many restarts in a row soon after the welcome are believed. */
const MOST_HASTY = 8;

/**
 * A gateway that has said that it goes and comes back: while that is so it is asked often, and shown as restarting. One that says so each time as
 * soon as it has accepted this device is no restart, and is asked less and less.
 */
export class AnnouncedRestart {
  readonly #clock: Clock;
  #announced: Readonly<{ expected: number; until: number }> | undefined;
  /** Restarts in a row that were announced soon after the welcome. */
  #hasty = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It has said so, and has not been gone for much longer than it said. */
  get isExpected(): boolean {
    return this.#announced !== undefined && this.#clock.monotonic() < this.#announced.until;
  }

  /** @param after ms until it expects to be back, as it says */
  announce(after: number): void {
    const expected = Math.min(LONGEST, after);
    this.#announced = { expected, until: this.#clock.monotonic() + expected + GRACE };
  }

  /** It is back, or nothing is expected of it any more. */
  forget(): void {
    this.#announced = undefined;
  }

  /** The connection has ended as announced. @param lived for so long, ms @returns the wait before the next attempt, ms */
  waitAfter(lived: number, retries: GatewayRetrySchedule): number {
    const announced = retries.restart(this.#announced?.expected ?? 0);
    this.#hasty = lived >= STABLE_AFTER ? 0 : this.#hasty + 1;
    return this.#hasty <= MOST_HASTY ? announced : Math.max(announced, retries.usual());
  }
}
