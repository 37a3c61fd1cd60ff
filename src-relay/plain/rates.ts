import { TokenBuckets } from '../limits/index.ts';
import type { PlainContext } from './context.ts';
import type { PlainRates } from './limits.ts';

/** Rate limits of the documented protocol, by name. Created by `startPlainProtocol`. Touches memory only. */
export class PlainRateLimits {
  readonly #clock: PlainContext['clock'];
  readonly #buckets: ReadonlyMap<string, TokenBuckets>;

  constructor({ clock, rates }: Pick<PlainContext, 'clock' | 'rates'>) {
    this.#clock = clock;
    this.#buckets = new Map(Object.entries(rates).map(([name, rate]) => [name, new TokenBuckets(rate)]));
  }

  /**
   * Takes one from a rate.
   * @param key account, or address group
   * @returns 0, or the time to wait in ms
   */
  take(name: keyof PlainRates, key: string): number {
    return this.#buckets.get(name)?.take(key, this.#clock.monotonic()) ?? 0;
  }

  /** Drops what has recovered. */
  sweep(): void {
    for (const buckets of this.#buckets.values()) buckets.sweep(this.#clock.monotonic());
  }
}
