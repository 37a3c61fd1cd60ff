import type { Clock, Timer } from '../../clock.ts';

/** A path that has to prove itself. */
export type Unproved = Readonly<{
  clock: Clock;
  /** How long it may take, ms. */
  wait: number;
  /** It has not. */
  failed(): void;
  /** It is in use and works, or it is over: told once. */
  settled(used: boolean): void;
}>;

/** Whether a path has proved itself: it is in use, and a record of the other side has authenticated. */
export class PathProof {
  readonly #path: Unproved;
  #confirmed = false;
  #used = false;
  #settled = false;
  #timer: Timer | undefined;

  constructor(path: Unproved) {
    this.#path = path;
    this.#timer = path.clock.setTimer(path.wait, () => {
      path.failed();
    });
  }

  /** A record of the other side has authenticated. */
  get isConfirmed(): boolean {
    return this.#confirmed;
  }

  confirm(): void {
    this.#confirmed = true;
    this.#check();
  }

  /** The path is in use. */
  use(): void {
    this.#used = true;
    this.#check();
  }

  /** The path is over. */
  end(): void {
    this.#timer?.cancel();
    this.#settle(false);
  }

  #check(): void {
    if (!this.#confirmed || !this.#used) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#settle(true);
  }

  #settle(used: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#path.settled(used);
  }
}
