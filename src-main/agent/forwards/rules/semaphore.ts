import type { Clock } from '#shared/clock.ts';
import { ForwardError } from '#shared/forward/index.ts';

/** Limits of a semaphore. */
export type SemaphoreLimits = Readonly<{
  /** Most holders at the same time. */
  atOnce: number;
  /** Longest time to wait for a turn, ms. */
  patience: number;
}>;

/** Semaphore that lets a limited number of operations run at a time; further ones wait in order. `PeerLinks` limits the connections being opened to a peer with it. */
export class Semaphore {
  readonly #clock: Clock;
  readonly #limits: SemaphoreLimits;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(clock: Clock, limits: SemaphoreLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** True if no operation runs or waits. */
  get isIdle(): boolean {
    return this.#taken === 0 && this.#waiting.size === 0;
  }

  /**
   * Waits for a turn.
   * @returns function that ends the turn; idempotent
   * @throws {ForwardError} `forward.too-many` after `patience`, `forward.cancelled` if the signal aborts
   */
  async take(signal: AbortSignal): Promise<() => void> {
    // A turn that ends is handed to the first waiter, so that no other operation can take it in between.
    if (this.#taken >= this.#limits.atOnce) await this.#wait(signal);
    else this.#taken += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const [next] = this.#waiting;
      if (next === undefined) this.#taken -= 1;
      else next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: ForwardError): void => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(go);
        if (error === undefined) resolve();
        else reject(error);
      };
      const go = (): void => settle();
      const abort = (): void => settle(new ForwardError('forward.cancelled', 'given up'));
      const timer = this.#clock.setTimer(this.#limits.patience, () =>
        settle(new ForwardError('forward.too-many', 'too many connections are being made')),
      );
      this.#waiting.add(go);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }
}
