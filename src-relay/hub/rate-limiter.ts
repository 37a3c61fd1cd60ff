import { TokenBuckets, type RateLimits } from '../limits/index.ts';

/** Name of a rate limit. */
export type RateName = keyof RateLimits;

/** Rate limits that the hub applies, by name: one set of token buckets each. Created by `Hub`. Touches memory only. */
export class RateLimiter {
  readonly #buckets: ReadonlyMap<string, TokenBuckets>;

  constructor(rates: RateLimits) {
    this.#buckets = new Map(Object.entries(rates).map(([name, rate]) => [name, new TokenBuckets(rate)]));
  }

  /**
   * Takes tokens.
   * @param key peer ID, project or address group
   * @param now monotonic, ms
   * @returns 0, or the time to wait in ms
   */
  take(name: RateName, key: string, now: number, amount = 1): number {
    return this.#buckets.get(name)?.take(key, now, amount) ?? 0;
  }

  /** Returns the time until another token is available, in ms, without taking it. */
  wait(name: RateName, key: string, now: number): number {
    return this.#buckets.get(name)?.wait(key, now) ?? 0;
  }

  /** Drops buckets that are full again. */
  sweep(now: number): void {
    for (const buckets of this.#buckets.values()) buckets.sweep(now);
  }
}
