import type { Clock, Timer } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';

/** When the records that arrived on a path are acknowledged: with anything that is sent, after a few of them, or after a moment. */
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

  /** There is something to acknowledge. */
  get pending(): boolean {
    return this.#records > 0;
  }

  /** It should not wait for company any longer. */
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

  /** What came waits for something to go with, for `ackDelay` ms at most. */
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

  /** It was sent. */
  clear(): void {
    this.#records = 0;
    this.#bytes = 0;
    this.#due = false;
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#timer?.cancel();
  }
}
