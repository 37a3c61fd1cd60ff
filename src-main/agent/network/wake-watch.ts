import type { Clock, Timer } from '#shared/clock.ts';

/** Interval of the timer, ms. */
const INTERVAL = 2000;
/** Delay of the timer after which the machine or this process must have slept, ms. */
const LATE = 5000;

/** Notices that the machine or this process has slept, by a timer that comes late. `Network` then checks connections that may be dead. */
export class WakeWatch {
  readonly #clock: Clock;
  readonly #woke: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, woke: () => void) {
    this.#clock = clock;
    this.#woke = woke;
  }

  start(): void {
    this.stop();
    const { now, monotonic } = this.#time();
    this.#timer = this.#clock.setTimer(INTERVAL, () => {
      const later = this.#time();
      this.start();
      // On some systems the monotonic clock stops during sleep, and a person may set the wall clock: the larger delay counts.
      const late = Math.max(later.now - now, later.monotonic - monotonic) - INTERVAL;
      if (late > LATE) this.#woke();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #time(): Readonly<{ now: number; monotonic: number }> {
    return { now: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }
}
