import { TokenBuckets, type RateLimits } from '../limits/index.ts';

export type RateName = keyof RateLimits;

/** All token buckets of the relay by name. */
export class Buckets {
  readonly #buckets: ReadonlyMap<string, TokenBuckets>;

  constructor(rates: RateLimits) {
    this.#buckets = new Map(Object.entries(rates).map(([name, rate]) => [name, new TokenBuckets(rate)]));
  }

  /** @returns 0, or ms to wait */
  take(name: RateName, key: string, now: number, amount = 1): number {
    return this.#buckets.get(name)?.take(key, now, amount) ?? 0;
  }

  /** Ms until one more would be granted; takes nothing. */
  wait(name: RateName, key: string, now: number): number {
    return this.#buckets.get(name)?.wait(key, now) ?? 0;
  }

  sweep(now: number): void {
    for (const buckets of this.#buckets.values()) buckets.sweep(now);
  }
}
