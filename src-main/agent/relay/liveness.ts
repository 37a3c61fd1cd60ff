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
 * Pings the relay at intervals. The connection is dead after two rounds without any message, or at once after an
 * unanswered probe. A probe requires its own pong: other messages only show that one direction works.
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

  /** Checks a doubtful connection: dead unless a ping is answered within `timeout` ms. */
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
