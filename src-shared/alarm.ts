import type { Clock, Timer } from './clock.ts';

/** Longest single timer: a wall clock that was set, and a machine that slept, are noticed within a minute. */
const LONGEST = 60_000;

/** Calls back once when the wall clock has reached a time, however far away; only the last `set` counts. */
export class Alarm {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** @param at Milliseconds since 1970; null for none. */
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
