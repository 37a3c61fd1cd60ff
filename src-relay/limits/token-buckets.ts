import type { Rate } from './defaults.ts';

type Bucket = { tokens: number; at: number };

/** Limit of buckets. The oldest is dropped, and its key starts with a full bucket again; this limits the memory. */
const MOST_KEYS = 100_000;

/**
 * Token buckets of one rate limit, by key (a peer ID, project or address). Used for every rate limit of the relay: of devices, log lines and STUN
 * answers. A bucket exists from the key's first use until it is full again, so that idle devices cost nothing. Touches memory only.
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
   * Takes `amount` tokens if they are available.
   * @param now monotonic, ms
   * @returns 0, or the time until `amount` is available, in ms (at most an hour); then nothing is taken
   */
  take(key: string, now: number, amount = 1): number {
    const bucket = this.#refilled(key, now);
    if (bucket.tokens >= amount) {
      bucket.tokens -= amount;
      return 0;
    }
    return Math.min(3_600_000, Math.ceil(((amount - bucket.tokens) / this.#rate.perSecond) * 1000));
  }

  /** Returns the time until `amount` is available, in ms, without taking anything. */
  wait(key: string, now: number, amount = 1): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return 0;
    const tokens = this.#tokensAt(bucket, now);
    if (tokens >= amount) return 0;
    return Math.min(3_600_000, Math.ceil(((amount - tokens) / this.#rate.perSecond) * 1000));
  }

  /**
   * Drops buckets that are full again.
   * @param now monotonic, ms
   */
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
