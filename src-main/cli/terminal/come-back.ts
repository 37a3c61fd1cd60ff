import type { Clock, Timer } from '#shared/clock.ts';

/** As long as the terminal may still be there: the link waits ten minutes for a path, and then the terminal as long for a viewer. ms */
export const LONGEST_SEARCH = 20 * 60_000;
/** Bounds of the wait between two tries, ms; the first comes at once. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;
/** What was found and is lost again sooner than this does not start over with short waits, ms. */
const HELD = 10_000;
/** What is back by then was not worth a line, ms. */
const UNNOTICED = 1000;

export type ReconnectLoopOptions<Found> = Readonly<{
  clock: Clock;
  /** One try. */
  attempt(signal: AbortSignal): Promise<Found>;
  /** Whether another try may do better. */
  isPassing(error: unknown): boolean;
  /** It takes longer than a moment. */
  tell(): void;
  /** From 0 up to 1. */
  random?: () => number;
}>;

/** Seeks what was lost until it is there again, or certainly gone. */
export class ReconnectLoop<Found> {
  readonly #options: ReconnectLoopOptions<Found>;
  /** Of the next wait; nothing before the first try. */
  #bound = 0;
  #foundAt = -Infinity;

  constructor(options: ReconnectLoopOptions<Found>) {
    this.#options = options;
  }

  /**
   * @param loss What is thrown where time runs out before any try has failed.
   * @throws what the last try threw, when that does not pass, or when the time is over; the signal's reason when it is aborted
   */
  async seek(signal: AbortSignal, loss: unknown): Promise<Found> {
    const { clock, attempt, isPassing, tell } = this.#options;
    if (clock.monotonic() - this.#foundAt >= HELD) this.#bound = 0;
    const over = new AbortController();
    const timers: readonly Timer[] = [
      clock.setTimer(UNNOTICED, tell),
      clock.setTimer(LONGEST_SEARCH, () => over.abort()),
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

  /** At once, then twice as long each time; a part of it is chance, so that many do not come together. */
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
