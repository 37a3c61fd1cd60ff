import type { Clock } from '#shared/clock.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { BackOff } from './back-off.ts';
import { retryAfterOf } from './errors.ts';

/** Lifetime after which a connection counts as successful, so that pauses start short again, ms. */
const STABLE_AFTER = 10_000;
/** Longest pause before the first try after an announced restart, ms. */
const LONGEST_RESTART = 10_000;
/** Longest time after that for which pauses are short, ms. */
const LONGEST_TRY_FOR = 60_000;
/** Time from the announcement for which the restart explains failures, ms, or until the announced time. Later failures show their own reason. */
const EXPLAINS_FOR = 10_000;
/**
 * Longest pause while a relay restarts, ms. Full jitter spreads the tries of all clients evenly below it, so that a relay which is back has a tenth of
 * its clients in each second.
 */
const RESTART_PAUSE = 10_000;

export type RelayRetryScheduleOptions = Readonly<{
  clock: Clock;
  /** Returns random numbers, uniform in [0, 1). */
  random: () => number;
  /** Returns the longest pause allowed now, ms; shorter while a session waits. */
  longestWait?: (() => number) | undefined;
}>;

/** Decision on the next try. */
export type NextTry = Readonly<{
  /** Pause before the next try, ms. */
  delay: number;
  /** Code of the problem, shown to people. */
  problem: string;
  /** True if the relay named the pause because of too many requests. */
  asked: boolean;
}>;

/**
 * Decides when `RelayClient` reconnects, by the error, the relay's instructions and `longestWait`. Sets no timer; the client does. In memory only.
 */
export class RelayRetrySchedule {
  readonly #options: RelayRetryScheduleOptions;
  readonly #backOff: BackOff;
  #restart: Readonly<{ reconnectIn: number; explainsUntil: number; until: number }> | undefined;
  /** True if a loss is expected: the first try after it then comes at once. */
  #eager = false;

  constructor(options: RelayRetryScheduleOptions) {
    this.#options = options;
    this.#backOff = new BackOff(options.random, options.longestWait);
  }

  /** Forgets the instructions of the previous connection. Called when a new one is up or the client stops. */
  reset(): void {
    this.#restart = undefined;
    this.#eager = false;
  }

  /** Records that the relay announced a restart. Times in ms. */
  restarting({ reconnectIn, tryFor }: Readonly<{ reconnectIn: number; tryFor: number }>): void {
    const soonest = Math.min(reconnectIn, LONGEST_RESTART);
    const now = this.#options.clock.monotonic();
    const until = now + soonest + Math.min(tryFor, LONGEST_TRY_FOR);
    this.#restart = { reconnectIn: soonest, explainsUntil: now + Math.max(soonest, EXPLAINS_FOR), until };
  }

  /** Records that the connection is being checked and may be dead. */
  expectLoss(): void {
    this.#eager = true;
  }

  /**
   * Records the end of a connection.
   * @param since time at which it was established, monotonic, ms
   */
  ended(since: number): void {
    if (this.#options.clock.monotonic() - since >= STABLE_AFTER) this.#backOff.reset();
  }

  /** Returns the next try after a failure. */
  next(error: ClawReachError): NextTry {
    const restart = this.#restart;
    const now = this.#options.clock.monotonic();
    const restarting = restart !== undefined && now < restart.until;
    // A state that nothing has confirmed for a while isn't shown.
    const problem = restarting && now < restart.explainsUntil ? 'relay.restarting' : error.code;
    // The relay names the time of the first try after a restart. Later tries follow the usual back-off.
    const named = restarting && restart.reconnectIn > 0 ? restart.reconnectIn : undefined;
    if (restarting) this.#restart = { ...restart, reconnectIn: 0 };
    // A restarting relay spreads its clients over time. Clients with waiting sessions come first.
    const isUrgent = restarting && Number.isFinite(this.#longestWait);
    const after = retryAfterOf(error);
    const wanted = isUrgent ? 0 : Math.max(after ?? 0, named ?? 0);
    const usual =
      wanted === 0 ? this.#backOff.next(restarting ? RESTART_PAUSE : undefined) : this.#backOff.after(wanted);
    const delay = this.#eager && problem === 'relay.lost' ? 0 : usual;
    this.#eager = false;
    return { delay, problem, asked: after !== undefined && !restarting };
  }

  /** Returns a shorter pause in ms if the remaining `left` ms exceed `longestWait`; undefined otherwise. */
  shorten(left: number): number | undefined {
    return left <= this.#longestWait ? undefined : this.#backOff.next();
  }

  get #longestWait(): number {
    return this.#options.longestWait?.() ?? Infinity;
  }
}
