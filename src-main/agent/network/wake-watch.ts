import type { Clock, Timer } from '#shared/clock.ts';

/** Between two looks at the clocks, ms. */
const INTERVAL = 2000;
/** A look that comes so late means that the machine slept, or this process stood still, ms. */
const LATE = 5000;

/** Notices that time has passed in which nothing ran: what was open before may only look open now. */
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
      // The monotonic clock stands still while some systems sleep, and the wall clock may be set: either one counts.
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
