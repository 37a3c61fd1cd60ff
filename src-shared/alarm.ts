import type { Clock, Timer } from './clock.ts';

/**
 * Longest single timer, ms. `Alarm` reads the wall clock again after it, so that a changed clock or a sleep of the machine delays the call by at most
 * a minute.
 */
const LONGEST = 60_000;

/**
 * Calls its callback once when the wall clock reaches a time, even one that is months away. The agent uses it for permissions and unfinished pairings
 * that end at a time. A new `set` replaces the previous time. Starts timers of the given clock only.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** @param at Time in ms since 1970; null cancels. */
  set(at: number | null): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === null) return;
    const left = at - this.#clock.now();
    this.#timer = this.#clock.setTimer(Math.min(Math.max(left, 0), LONGEST), () => {
      if (this.#clock.now() < at) this.set(at);
      else {
        this.#timer = undefined;
        this.#callback();
      }
    });
  }

  cancel(): void {
    this.set(null);
  }
}
