import type { Clock, Timer } from '#shared/clock.ts';

export type RelayLivenessOptions = Readonly<{
  clock: Clock;
  /** Interval between pings, ms. */
  interval: number;
  ping(): void;
  dead(): void;
}>;

const MISSES = 2;

/**
 * Pings the relay at intervals, for `ControlClient`. The connection counts as dead after two rounds without any message, or after an unanswered
 * probe. A probe needs a pong: other messages only show that one direction works.
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

  /** Called for any message from the relay. */
  heard(): void {
    this.#heard = true;
  }

  /** Called when the relay has answered a ping. */
  answered(): void {
    this.#heard = true;
    this.#probe?.cancel();
    this.#probe = undefined;
  }

  /** Checks a doubtful connection: it counts as dead unless a ping is answered within `timeout` ms. */
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
