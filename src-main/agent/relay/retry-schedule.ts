import type { Clock } from '#shared/clock.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { BackOff } from './back-off.ts';
import { retryAfterOf } from './problems.ts';

/** Lifetime after which a connection counts as successful and the pauses start small again, ms. */
const STABLE_AFTER = 10_000;
/** Longest pause that an announced restart may cause, ms. */
const LONGEST_RESTART = 60_000;
const LONGEST_TRY_FOR = 10 * 60_000;

export type RelayRetryScheduleOptions = Readonly<{
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** The longest wait, ms, where something cannot wait as long as usual. */
  longestWait?: (() => number) | undefined;
}>;

export type NextTry = Readonly<{
  /** ms */
  delay: number;
  /** Code of what keeps this device away, for people. */
  problem: string;
  /** True if the relay named the pause because of too many requests. */
  asked: boolean;
}>;

/** Schedules reconnection to the relay by the error, the relay's instructions, and the urgency of waiting calls. */
export class RelayRetrySchedule {
  readonly #options: RelayRetryScheduleOptions;
  readonly #backOff: BackOff;
  #restart: Readonly<{ reconnectIn: number; until: number }> | undefined;
  /** The next loss was expected: no wait before the first try after it. */
  #eager = false;

  constructor(options: RelayRetryScheduleOptions) {
    this.#options = options;
    this.#backOff = new BackOff(options.random, options.longestWait);
  }

  /** Forgets the instructions of the previous connection: a new one is up, or the client gave up. */
  reset(): void {
    this.#restart = undefined;
    this.#eager = false;
  }

  /** Notes that the relay announced a restart. */
  restarting({ reconnectIn, tryFor }: Readonly<{ reconnectIn: number; tryFor: number }>): void {
    const soonest = Math.min(reconnectIn, LONGEST_RESTART);
    const until = this.#options.clock.monotonic() + soonest + Math.min(tryFor, LONGEST_TRY_FOR);
    this.#restart = { reconnectIn: soonest, until };
  }

  /** A connection that may only look open is being looked at. */
  expectLoss(): void {
    this.#eager = true;
  }

  /**
   * Notes the end of a connection.
   * @param since monotonic time at which it was made
   */
  ended(since: number): void {
    if (this.#options.clock.monotonic() - since >= STABLE_AFTER) this.#backOff.reset();
  }

  next(error: ClawReachError): NextTry {
    const restart = this.#restart;
    const restarting = restart !== undefined && this.#options.clock.monotonic() < restart.until;
    const problem = restarting ? 'relay.restarting' : error.code;
    // The first try after a restart is when the relay said; later ones as after any failure.
    const named = restarting && restart.reconnectIn > 0 ? restart.reconnectIn : undefined;
    if (restarting) this.#restart = { reconnectIn: 0, until: restart.until };
    // A relay that restarts spreads those that come back; the few that cannot wait so long come first.
    const isUrgent = restarting && Number.isFinite(this.#longestWait);
    const after = retryAfterOf(error);
    const wanted = isUrgent ? 0 : Math.max(after ?? 0, named ?? 0);
    const usual = wanted === 0 ? this.#backOff.next() : this.#backOff.after(wanted);
    const delay = this.#eager && problem === 'relay.lost' ? 0 : usual;
    this.#eager = false;
    return { delay, problem, asked: after !== undefined && !restarting };
  }

  /** Returns a shorter pause, ms, when the remaining `left` ms are too long by now; undefined otherwise. */
  shorten(left: number): number | undefined {
    return left <= this.#longestWait ? undefined : this.#backOff.next();
  }

  get #longestWait(): number {
    return this.#options.longestWait?.() ?? Infinity;
  }
}
