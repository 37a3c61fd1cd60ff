import type { Clock, Timer } from '#shared/clock.ts';
import type { Meter } from '../rules/index.ts';

/** Ends a connection that moves no bytes for too long. Counts as the meter that it wraps. */
export class StallWatch implements Meter {
  readonly #meter: Meter;
  readonly #clock: Clock;
  readonly #longest: number;
  readonly #end: () => void;
  #movedAt: number;
  #read = 0;
  #timer: Timer;

  /**
   * @param longest longest time without a byte, ms
   * @param end called once that time is over
   */
  constructor(meter: Meter, clock: Clock, longest: number, end: () => void) {
    this.#meter = meter;
    this.#clock = clock;
    this.#longest = longest;
    this.#end = end;
    this.#movedAt = clock.monotonic();
    this.#timer = clock.setTimer(longest, () => this.#check());
  }

  /** Number of bytes received. */
  get bytesRead(): number {
    return this.#read;
  }

  in(bytes: number): void {
    this.#read += bytes;
    this.#movedAt = this.#clock.monotonic();
    this.#meter.in(bytes);
  }

  out(bytes: number): void {
    this.#movedAt = this.#clock.monotonic();
    this.#meter.out(bytes);
  }

  stop(): void {
    this.#timer.cancel();
  }

  #check(): void {
    const rest = this.#movedAt + this.#longest - this.#clock.monotonic();
    if (rest <= 0) this.#end();
    else this.#timer = this.#clock.setTimer(rest, () => this.#check());
  }
}
