import type { Clock, Timer } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';

/**
 * Decides when a path acknowledges received records: with the next record that is sent anyway, or alone after a few records or after `ackDelay` ms.
 * Sets one timer; the path writes the ACK frame.
 */
export class Acknowledgements {
  readonly #limits: LinkLimits;
  readonly #clock: Clock;
  readonly #overdue: () => void;
  #timer: Timer | undefined;
  #processed = 0;
  #records = 0;
  #bytes = 0;
  #due = false;

  /** @param overdue called when an acknowledgement has waited long enough and must be sent alone */
  constructor(limits: LinkLimits, clock: Clock, overdue: () => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#overdue = overdue;
  }

  /** Number of the last processed record. */
  get processed(): number {
    return this.#processed;
  }

  /** True while there is a record to acknowledge. */
  get pending(): boolean {
    return this.#records > 0;
  }

  /** True if the acknowledgement must be sent even without other frames. */
  get due(): boolean {
    return this.#due;
  }

  /** Counts a record whose frames have all been processed. `wanted`: the record needs an acknowledgement. */
  add(bytes: number, wanted: boolean): void {
    this.#processed += 1;
    if (!wanted) return;
    this.#records += 1;
    this.#bytes += bytes;
    if (this.#records >= this.#limits.ackRecords || this.#bytes >= this.#limits.ackBytes) this.#due = true;
  }

  /** Starts the timer, so that the acknowledgement can be sent together with other frames until then. */
  wait(): void {
    this.#timer ??= this.#clock.setTimer(this.#limits.ackDelay, () => {
      this.#timer = undefined;
      this.makeDue();
      if (this.#due) this.#overdue();
    });
  }

  /** Makes a pending acknowledgement due now. */
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
