import type { Clock, Timer } from '../../clock.ts';

/** Path that a `PathProof` tracks. */
export type Unproved = Readonly<{
  clock: Clock;
  /** Time limit for the confirmation, ms. */
  wait: number;
  /** Called when the time limit has passed. */
  failed(): void;
  /** Called once: true when the path is both confirmed and in use, false if it ended before. */
  settled(used: boolean): void;
}>;

/**
 * Tracks if a new path is confirmed (a record of the other side has authenticated) and in use. Reports failure if the confirmation takes longer than
 * the time limit. Sets one timer.
 */
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

  /** True once a record of the other side has authenticated. */
  get isConfirmed(): boolean {
    return this.#confirmed;
  }

  /** Notes that a record of the other side has authenticated. */
  confirm(): void {
    this.#confirmed = true;
    this.#check();
  }

  /** Notes that the path is in use. */
  use(): void {
    this.#used = true;
    this.#check();
  }

  /** Stops, because the path has ended. */
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
