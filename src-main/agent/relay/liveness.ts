import type { Clock, Timer } from '#shared/clock.ts';

export type RelayLivenessOptions = Readonly<{
  clock: Clock;
  /** ms between pings. */
  interval: number;
  ping(): void;
  dead(): void;
}>;

const MISSES = 2;

/**
 * Pings in a rhythm; dead after two rounds in which nothing at all was heard, or at once after a probe without an answer. A probe asks for its
 * answer: what else comes tells that one direction works, and the other one may be a black hole.
 */
export class RelayLiveness {
  readonly #options: RelayLivenessOptions;
  #heard = true;
  #misses = 0;
  #timer: Timer;
  #probe: Timer | undefined;

  constructor(options: RelayLivenessOptions) {
    this.#options = options;
    this.#timer = this.#next();
  }

  /** Anything that came from the other side counts. */
  heard(): void {
    this.#heard = true;
  }

  /** The other side has answered a ping. */
  answered(): void {
    this.#heard = true;
    this.#probe?.cancel();
    this.#probe = undefined;
  }

  /** There is reason to doubt: dead unless a ping is answered within `timeout` ms. */
  probe(timeout: number): void {
    if (this.#probe !== undefined) return;
    this.#probe = this.#options.clock.setTimer(timeout, () => this.#options.dead());
    this.#options.ping();
  }

  stop(): void {
    this.#timer.cancel();
    this.#probe?.cancel();
  }

  #next(): Timer {
    return this.#options.clock.setTimer(this.#options.interval, () => this.#round());
  }

  #round(): void {
    this.#misses = this.#heard ? 0 : this.#misses + 1;
    if (this.#misses >= MISSES) {
      this.#options.dead();
      return;
    }
    this.#heard = false;
    this.#timer = this.#next();
    this.#options.ping();
  }
}
