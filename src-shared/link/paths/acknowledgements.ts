import type { Clock, Timer } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';

/** Schedules acknowledgements on a path: with anything that is sent, after a few records, or after a moment. */
export class Acknowledgements {
  readonly #limits: LinkLimits;
  readonly #clock: Clock;
  readonly #overdue: () => void;
  #timer: Timer | undefined;
  #processed = 0;
  #records = 0;
  #bytes = 0;
  #due = false;

  /** @param overdue what came has waited long enough for something to go with its acknowledgement */
  constructor(limits: LinkLimits, clock: Clock, overdue: () => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#overdue = overdue;
  }

  /** Number of the last record processed. */
  get processed(): number {
    return this.#processed;
  }

  /** True while something is to be acknowledged. */
  get pending(): boolean {
    return this.#records > 0;
  }

  /** True when the acknowledgement must go out even by itself. */
  get due(): boolean {
    return this.#due;
  }

  /** Counts a record whose frames have all been processed. */
  add(bytes: number, wanted: boolean): void {
    this.#processed += 1;
    if (!wanted) return;
    this.#records += 1;
    this.#bytes += bytes;
    if (this.#records >= this.#limits.ackRecords || this.#bytes >= this.#limits.ackBytes) this.#due = true;
  }

  /** Waits at most `ackDelay` ms for another frame to go with. */
  wait(): void {
    this.#timer ??= this.#clock.setTimer(this.#limits.ackDelay, () => {
      this.#timer = undefined;
      this.makeDue();
      if (this.#due) this.#overdue();
    });
  }

  makeDue(): void {
    if (this.pending) this.#due = true;
  }

  /** Notes that the acknowledgement was sent. */
  clear(): void {
    this.#records = 0;
    this.#bytes = 0;
    this.#due = false;
  }

  /** Stops acknowledging. */
  end(): void {
    this.#timer?.cancel();
  }
}
