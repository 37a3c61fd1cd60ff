import type { Clock } from '#shared/clock.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { BackOff } from './back-off.ts';
import { retryAfterOf } from './problems.ts';

/** A connection that lived so long was no failure: the next wait starts small again. */
const STABLE_AFTER = 10_000;
/** However long a relay says that it restarts. */
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
  /** The relay has said how long, since it was asked too often. */
  asked: boolean;
}>;

/** When to try the relay again after its connection was lost: by what was lost, what the relay said, and who waits. */
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

  /** A connection is made, or given up: what was expected of the former one does not count any more. */
  reset(): void {
    this.#restart = undefined;
    this.#eager = false;
  }

  /** The relay has said that it restarts. */
  restarting({ reconnectIn, tryFor }: Readonly<{ reconnectIn: number; tryFor: number }>): void {
    const soonest = Math.min(reconnectIn, LONGEST_RESTART);
    const until = this.#options.clock.monotonic() + soonest + Math.min(tryFor, LONGEST_TRY_FOR);
    this.#restart = { reconnectIn: soonest, until };
  }

  /** A connection that may only look open is being looked at. */
  expectLoss(): void {
    this.#eager = true;
  }

  /** A connection is over. @param since monotonic time at which it was made */
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

  /** A wait, ms, in place of one that still lasts `left` ms and is too long by now; undefined when it is not. */
  shorten(left: number): number | undefined {
    return left <= this.#longestWait ? undefined : this.#backOff.next();
  }

  get #longestWait(): number {
    return this.#options.longestWait?.() ?? Infinity;
  }
}
