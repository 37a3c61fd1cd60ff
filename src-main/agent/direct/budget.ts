import type { Clock } from '#shared/clock.ts';

/** Addresses of one peer that are dialled in a minute. */
const MOST = 16;
const WINDOW = 60_000;

/** Budget for dialling addresses that a peer claims, so that it cannot make this device scan for open ports. One per peer. */
export class CandidateBudget {
  readonly #clock: Clock;
  /** Times of the latest dials. */
  #dialled: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True if nothing was dialled within the last minute. */
  get isWhole(): boolean {
    const now = this.#clock.monotonic();
    return this.#dialled.every((at) => at <= now - WINDOW);
  }

  /** As many of the addresses, from the beginning, as may be dialled now; they count as dialled. */
  take(addresses: readonly string[]): readonly string[] {
    const now = this.#clock.monotonic();
    this.#dialled = this.#dialled.filter((at) => at > now - WINDOW);
    const taken = addresses.slice(0, MOST - this.#dialled.length);
    this.#dialled.push(...taken.map(() => now));
    return taken;
  }
}
