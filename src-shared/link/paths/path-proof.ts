import type { Clock, Timer } from '../../clock.ts';

/** A path that has not been confirmed yet. */
export type Unproved = Readonly<{
  clock: Clock;
  /** Time limit, ms. */
  wait: number;
  /** Called when the time limit has passed. */
  failed(): void;
  /** Called once: true when the path is in use and confirmed, false when it ended before. */
  settled(used: boolean): void;
}>;

/** Tracks whether a path is confirmed and in use; fails it after a time limit. */
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

  /** Ends the tracking with the path. */
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
