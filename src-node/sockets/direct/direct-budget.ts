import type { Clock } from '#shared/clock.ts';

/** Messages of one address that are checked: at once, then per second. */
const BURST = 64;
const PER_SECOND = 8;
/** Address groups remembered; the one unused for longest is dropped. */
const MOST = 1024;

type Bucket = { tokens: number; at: number };

/**
 * Looking at a message 1 costs Diffie-Hellman once the sender knows this device's peer id. So an address has a share of that, far above
 * what a peer needs that comes back again and again.
 */
export class AddressBudget {
  readonly #clock: Clock;
  /** Buckets in the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one message from the budget of an address. Returns false if none is left. */
  take(group: string): boolean {
    const now = this.#clock.monotonic();
    const known = this.#buckets.get(group) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, known.tokens + ((now - known.at) * PER_SECOND) / 1000);
    const allowed = tokens >= 1;
    this.#buckets.delete(group);
    this.#buckets.set(group, { tokens: allowed ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST && oldest !== undefined) this.#buckets.delete(oldest);
    return allowed;
  }
}
