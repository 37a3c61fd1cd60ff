import type { Clock, Timer } from '#shared/clock.ts';

/** Bounds of the wait, ms. */
const FIRST = 1000;
const LONGEST = 30_000;

/** When to try again: waits double from one second to thirty, each a random part of its bound, so that many do not come at once. */
export class Reconnect {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #attempt: () => void;
  #bound = FIRST;
  #timer: Timer | undefined;

  /** @param random From 0 up to 1. */
  constructor(clock: Clock, attempt: () => void, random: () => number = Math.random) {
    this.#clock = clock;
    this.#attempt = attempt;
    this.#random = random;
  }

  /** @returns the moment of the next try, as `Clock.now`. */
  wait(): number {
    this.stop();
    const delay = this.#random() * this.#bound;
    this.#bound = Math.min(this.#bound * 2, LONGEST);
    this.#timer = this.#clock.setTimer(delay, () => {
      this.#timer = undefined;
      this.#attempt();
    });
    return this.#clock.now() + delay;
  }

  /** Tries at once, where it waits. */
  now(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#attempt();
  }

  /** It worked: the next loss starts over with short waits. */
  succeeded(): void {
    this.stop();
    this.#bound = FIRST;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
