import type { Rate } from './defaults.ts';

type Bucket = { tokens: number; at: number };

/** Most keys kept; beyond it the oldest are forgotten, which is in a stranger's favour but bounds the memory. */
const MOST_KEYS = 100_000;

/**
 * One token bucket a key, made when the key is first seen to spend and forgotten once it would be full again: a device that is only online costs
 * nothing here.
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #mostKeys: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, mostKeys = MOST_KEYS) {
    this.#rate = rate;
    this.#mostKeys = mostKeys;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes `amount` tokens if they are there.
   * @param now monotonic, ms
   * @returns 0, or how many ms to wait before `amount` is there (at most an hour); nothing is taken then
   */
  take(key: string, now: number, amount = 1): number {
    const bucket = this.#refilled(key, now);
    if (bucket.tokens >= amount) {
      bucket.tokens -= amount;
      return 0;
    }
    return Math.min(3_600_000, Math.ceil(((amount - bucket.tokens) / this.#rate.perSecond) * 1000));
  }

  /** How long `take` would have to wait; takes nothing. */
  wait(key: string, now: number, amount = 1): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return 0;
    const tokens = this.#tokensAt(bucket, now);
    if (tokens >= amount) return 0;
    return Math.min(3_600_000, Math.ceil(((amount - tokens) / this.#rate.perSecond) * 1000));
  }

  /** Forgets the buckets that are full again. */
  sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#tokensAt(bucket, now) >= this.#rate.burst) this.#buckets.delete(key);
    }
  }

  #refilled(key: string, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      known.tokens = this.#tokensAt(known, now);
      known.at = now;
      return known;
    }
    if (this.#buckets.size >= this.#mostKeys) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    const bucket = { tokens: this.#rate.burst, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #tokensAt(bucket: Bucket, now: number): number {
    return Math.min(this.#rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#rate.perSecond);
  }
}
