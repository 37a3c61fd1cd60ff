import type { Clock } from '#shared/clock.ts';
import { STABLE_AFTER, type GatewayRetrySchedule } from './retry-schedule.ts';

/** Time beyond the announced one during which the gateway still counts as restarting, ms. */
const GRACE = 60_000;
/** Longest announced restart that is believed, ms. */
const LONGEST = 10 * 60_000;
/** Restarts in a row, each announced soon after the welcome, that are believed. */
const MOST_HASTY = 8;

/**
 * Restart that a gateway has announced. Until it ends, `RoleLink` retries often and shows the gateway as
 * restarting. A gateway that announces one each time right after it has accepted this device isn't restarting: the
 * waits then grow as after any failure.
 */
export class AnnouncedRestart {
  readonly #clock: Clock;
  #announced: Readonly<{ expected: number; until: number }> | undefined;
  /** Restarts in a row that were announced soon after the welcome. */
  #hasty = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reports whether a restart was announced and its time, with some grace, isn't over. */
  get isExpected(): boolean {
    return this.#announced !== undefined && this.#clock.monotonic() < this.#announced.until;
  }

  /**
   * Records the announcement.
   * @param after time until the gateway expects to be back, ms
   */
  announce(after: number): void {
    const expected = Math.min(LONGEST, after);
    this.#announced = { expected, until: this.#clock.monotonic() + expected + GRACE };
  }

  /** Ends the restart: the gateway is back, or no longer expected. */
  forget(): void {
    this.#announced = undefined;
  }

  /**
   * Handles the announced end of the connection.
   * @param lived how long the connection lasted, ms
   * @returns wait before the next attempt, ms
   */
  waitAfter(lived: number, retries: GatewayRetrySchedule): number {
    const announced = retries.forRestart(this.#announced?.expected ?? 0);
    this.#hasty = lived >= STABLE_AFTER ? 0 : this.#hasty + 1;
    return this.#hasty <= MOST_HASTY ? announced : Math.max(announced, retries.afterFailure());
  }
}
