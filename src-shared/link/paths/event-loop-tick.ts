import type { Clock } from '../../clock.ts';

/** Microtask turns without a new reason to send before the record is sealed, and turns at most: what one tick writes goes in one record. */
const QUIET_TURNS = 3;
const MOST_TURNS = 64;

/**
 * Runs once per turn of the host's event loop, or, where the host does not signal turns, once a tick has nothing more
 * to send.
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

  constructor(run: () => void, hurries: () => boolean, clock: Pick<Clock, 'afterTurn'>) {
    this.#run = run;
    this.#hurries = hurries;
    this.#clock = clock;
  }

  /**
   * Requests a run.
   * @param possible false when something else will trigger it
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
