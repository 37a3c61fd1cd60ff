import type { Clock } from '../../clock.ts';

/**
 * Number of microtask turns without a new request after which the run starts, and the maximum number of turns. All writes of one tick then share a
 * record.
 */
const QUIET_TURNS = 3;
const MOST_TURNS = 64;

/**
 * Calls its function once per turn of the event loop, after all code of that turn has requested it, so that all data written in a turn is sent in one
 * record. Uses `Clock.afterTurn`, or microtasks on a host without it.
 */
export class EventLoopTick {
  readonly #run: () => void;
  /** Returns whether there is enough for a write already. */
  readonly #hurries: () => boolean;
  readonly #clock: Pick<Clock, 'afterTurn'>;
  #scheduled = false;
  #hurrying = false;
  #reasons = 0;
  #turns = 0;
  #quietTurns = 0;

  /**
   * @param run function to call
   * @param hurries returns true if there is already enough data for a write, so that `run` shouldn't wait for the end of the turn
   */
  constructor(run: () => void, hurries: () => boolean, clock: Pick<Clock, 'afterTurn'>) {
    this.#run = run;
    this.#hurries = hurries;
    this.#clock = clock;
  }

  /**
   * Requests a run.
   * @param possible false if a later event will call again anyway
   */
  request(possible: boolean): void {
    this.#reasons += 1;
    if (!possible) return;
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#wait();
    }
    // While the host's turn lasts, enough for a write goes out already.
    if (this.#clock.afterTurn === undefined || this.#hurrying || !this.#hurries()) return;
    this.#hurrying = true;
    queueMicrotask(this.#hurry);
  }

  #wait(): void {
    if (this.#clock.afterTurn !== undefined) {
      // Streams that are served in the same turn share a record, its write and its acknowledgement.
      this.#clock.afterTurn(this.#over);
      return;
    }
    this.#turns = 0;
    this.#quietTurns = 0;
    queueMicrotask(this.#turn);
  }

  readonly #over = (): void => {
    this.#scheduled = false;
    this.#run();
  };

  readonly #hurry = (): void => {
    this.#hurrying = false;
    this.#run();
  };

  readonly #turn = (): void => {
    this.#turns += 1;
    this.#quietTurns = this.#reasons > 0 ? 0 : this.#quietTurns + 1;
    this.#reasons = 0;
    if (this.#quietTurns < QUIET_TURNS && this.#turns < MOST_TURNS && !this.#hurries()) {
      queueMicrotask(this.#turn);
      return;
    }
    this.#over();
  };
}
