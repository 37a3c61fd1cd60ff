import type { Clock, Timer } from '#shared/clock.ts';

/**
 * Longest time for which a terminal is resumed, ms. The peer keeps a lost link for ten minutes, and then its terminals
 * for another ten.
 */
export const MAX_RETRY_TIME = 20 * 60_000;
/** Delay before the second attempt, ms; the first is immediate, and each further delay is twice as long. */
const FIRST_WAIT = 250;
/** Longest delay between two attempts, ms. */
const LONGEST_WAIT = 5000;
/** Time for which a connection must last before the delays start from the beginning again, ms. */
const STABLE_AFTER = 10_000;
/** Time after which the loss is reported, ms. */
const NOTIFY_AFTER = 1000;

/** Dependencies of a `ReconnectLoop`. */
export type ReconnectLoopOptions<Found> = Readonly<{
  clock: Clock;
  /** Tries to reconnect once. */
  attempt(signal: AbortSignal): Promise<Found>;
  /** Tells whether another attempt may succeed after this error. */
  isPassing(error: unknown): boolean;
  /** Called once if reconnecting takes longer than a second. */
  notify(): void;
  /** Calls back when the next attempt may succeed, until the returned function is called. The attempt then follows at once. */
  onChance?(callback: () => void): () => void;
  /** Returns a random number from 0 to below 1; for tests. */
  random?: () => number;
}>;

/**
 * Retries with growing delays until a lost connection is back, retrying is pointless, or 20 minutes are over. Uses only
 * the clock and the callbacks. Used to resume a terminal.
 */
export class ReconnectLoop<Found> {
  readonly #options: ReconnectLoopOptions<Found>;
  /** Upper bound of the next delay, ms; 0 before the first attempt. */
  #bound = 0;
  #foundAt = -Infinity;

  constructor(options: ReconnectLoopOptions<Found>) {
    this.#options = options;
  }

  /**
   * Retries until an attempt succeeds, and returns its result.
   * @param loss error to throw if time runs out before any attempt failed
   * @throws the last error; the reason of `signal` if it is aborted
   */
  async run(signal: AbortSignal, loss: unknown): Promise<Found> {
    const { clock, attempt, isPassing, notify } = this.#options;
    if (clock.monotonic() - this.#foundAt >= STABLE_AFTER) this.#bound = 0;
    const over = new AbortController();
    const timers: readonly Timer[] = [
      clock.setTimer(NOTIFY_AFTER, notify),
      clock.setTimer(MAX_RETRY_TIME, () => over.abort()),
    ];
    const either = AbortSignal.any([signal, over.signal]);
    let last = loss;
    try {
      for (;;) {
        await this.#wait(either);
        signal.throwIfAborted();
        if (over.signal.aborted) throw last;
        try {
          const found = await attempt(either);
          this.#foundAt = clock.monotonic();
          return found;
        } catch (error) {
          signal.throwIfAborted();
          if (over.signal.aborted) throw last;
          if (!isPassing(error)) throw error;
          last = error;
        }
      }
    } finally {
      for (const timer of timers) timer.cancel();
    }
  }

  /** Waits before the next attempt, with jitter so that many clients don't retry at the same moment. */
  async #wait(signal: AbortSignal): Promise<void> {
    const { clock, onChance, random = Math.random } = this.#options;
    const bound = this.#bound;
    this.#bound = Math.min(Math.max(bound * 2, FIRST_WAIT), LONGEST_WAIT);
    if (bound === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.cancel();
        off?.();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = clock.setTimer(bound * (0.5 + random() / 2), done);
      const off = onChance?.(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
