/** Microtask turns without a new reason to send before the record is sealed, and turns at most: what one tick writes goes in one record. */
const QUIET_TURNS = 3;
const MOST_TURNS = 64;

/** Waits until a tick has nothing more to send. */
export class Turns {
  readonly #run: () => void;
  /** There is enough for a write already. */
  readonly #hurries: () => boolean;
  #scheduled = false;
  #reasons = 0;
  #turns = 0;
  #quietTurns = 0;

  constructor(run: () => void, hurries: () => boolean) {
    this.#run = run;
    this.#hurries = hurries;
  }

  /** There is a reason to send. `possible`: unless something else will look for it. */
  request(possible: boolean): void {
    this.#reasons += 1;
    if (this.#scheduled || !possible) return;
    this.#scheduled = true;
    this.#turns = 0;
    this.#quietTurns = 0;
    queueMicrotask(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turns += 1;
    this.#quietTurns = this.#reasons > 0 ? 0 : this.#quietTurns + 1;
    this.#reasons = 0;
    if (this.#quietTurns < QUIET_TURNS && this.#turns < MOST_TURNS && !this.#hurries()) {
      queueMicrotask(this.#turn);
      return;
    }
    this.#scheduled = false;
    this.#run();
  };
}
