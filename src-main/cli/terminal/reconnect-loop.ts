import type { Clock, Timer } from '#shared/clock.ts';

/** Longest time to resume a terminal, ms: the link waits ten minutes for a path, and then the terminal as long for a viewer. */
export const MAX_RETRY_TIME = 20 * 60_000;
/** Bounds of the delay between two attempts, ms; the first attempt is immediate. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;
/** Connection time below which the next loss continues with the longer delays, ms. */
const HELD = 10_000;
/** Time within which a resumed connection isn't worth a message, ms. */
const UNNOTICED = 1000;

export type ReconnectLoopOptions<Found> = Readonly<{
  clock: Clock;
  /** Attempts once. */
  attempt(signal: AbortSignal): Promise<Found>;
  /** Tells whether another attempt may succeed after this error. */
  isPassing(error: unknown): boolean;
  /** Called once when it takes longer than a moment. */
  tell(): void;
  /** Returns a random number from 0 to below 1. */
  random?: () => number;
}>;

/** Retries until a lost connection is back or certainly gone. */
export class ReconnectLoop<Found> {
  readonly #options: ReconnectLoopOptions<Found>;
  /** Upper bound of the next delay, ms; 0 before the first attempt. */
  #bound = 0;
  #foundAt = -Infinity;

  constructor(options: ReconnectLoopOptions<Found>) {
    this.#options = options;
  }

  /**
   * Retries until an attempt succeeds.
   * @param loss thrown if time runs out before any attempt failed
   * @throws the last error if retrying can't help or time runs out; the signal's reason if it is aborted
   */
  async run(signal: AbortSignal, loss: unknown): Promise<Found> {
    const { clock, attempt, isPassing, tell } = this.#options;
    if (clock.monotonic() - this.#foundAt >= HELD) this.#bound = 0;
    const over = new AbortController();
    const timers: readonly Timer[] = [
      clock.setTimer(UNNOTICED, tell),
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

  /**
   * Waits before the next attempt: not at all at first, then twice as long each time, with jitter so that many clients
   * don't retry together.
   */
  async #wait(signal: AbortSignal): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    const bound = this.#bound;
    this.#bound = Math.min(Math.max(bound * 2, FIRST_WAIT), LONGEST_WAIT);
    if (bound === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = clock.setTimer(bound * (0.5 + random() / 2), done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
