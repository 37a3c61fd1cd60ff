import type { Clock } from '#shared/clock.ts';

/** Addresses of one peer that are dialled in a minute. */
const MOST = 16;
const WINDOW = 60_000;

/** What a peer may have dialled: it names addresses, and must not make this device look for open ports. One for each peer. */
export class CandidateBudget {
  readonly #clock: Clock;
  /** When each of the latest was dialled. */
  #dialled: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Nothing was dialled within the last minute. */
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
