import type { Clock } from './clock.ts';

type Rate = Readonly<{ burst: number; perSecond: number }>;
type Bucket = { tokens: number; at: number };

/** Most senders remembered. The one unused for longest is dropped. */
const MOST = 256;

/**
 * Limits what others cause, per sender and in total: in `DiscoveryService` the mDNS packets that it handles, because each announcement that it compares
 * with the peers costs up to three hashes per peer; in `LostPeers` the announcements of a peer that are dialed; claims of invitations. In memory only.
 */
export class SenderBudget {
  readonly #clock: Clock;
  readonly #each: Rate;
  readonly #all: Rate;
  readonly #whole: Bucket;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rates: Readonly<{ each: Rate; all: Rate }>) {
    this.#clock = clock;
    this.#each = rates.each;
    this.#all = rates.all;
    this.#whole = { tokens: rates.all.burst, at: clock.monotonic() };
  }

  /** Takes one packet from the sender's budget and from the total. @returns false if one of them is empty */
  take(sender: string): boolean {
    const bucket = this.#buckets.get(sender) ?? { tokens: this.#each.burst, at: this.#clock.monotonic() };
    this.#buckets.delete(sender);
    this.#buckets.set(sender, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST && oldest !== undefined) this.#buckets.delete(oldest);
    if (!this.#fill(bucket, this.#each) || !this.#fill(this.#whole, this.#all)) return false;
    bucket.tokens -= 1;
    this.#whole.tokens -= 1;
    return true;
  }

  #fill(bucket: Bucket, { burst, perSecond }: Rate): boolean {
    const now = this.#clock.monotonic();
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1000);
    bucket.at = now;
    return bucket.tokens >= 1;
  }
}
