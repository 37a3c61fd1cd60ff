import type { Clock, Timer } from '#shared/clock.ts';

/** Bound of the first delay, ms. */
const FIRST = 1000;
/** Largest bound of a delay, ms. */
const LONGEST = 8000;

/**
 * Schedules a terminal session's attempts to attach to its lost terminal: exponential back-off with full jitter, from one second to eight or what the session says. Uses the
 * given clock only.
 */
export class Reconnect {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #attempt: () => void;
  #bound = FIRST;
  #timer: Timer | undefined;

  /**
   * @param attempt runs an attempt
   * @param random returns 0 up to 1
   */
  constructor(clock: Clock, attempt: () => void, random: () => number = Math.random) {
    this.#clock = clock;
    this.#attempt = attempt;
    this.#random = random;
  }

  /**
   * Schedules the next attempt.
   * @param longest largest bound of the delay, ms
   * @returns its time, ms since 1970
   */
  wait(longest = LONGEST): number {
    this.stop();
    const delay = this.#random() * this.#bound;
    this.#bound = Math.min(this.#bound * 2, longest);
    this.#timer = this.#clock.setTimer(delay, () => {
      this.#timer = undefined;
      this.#attempt();
    });
    return this.#clock.now() + delay;
  }

  /** Runs the scheduled attempt at once, if there is one. */
  now(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#attempt();
  }

  /** Resets the back-off after a success. */
  succeeded(): void {
    this.stop();
    this.#bound = FIRST;
  }

  /** Cancels the scheduled attempt. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
