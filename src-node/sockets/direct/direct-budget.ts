import type { Clock } from '#shared/clock.ts';

/** Number of messages that one address may send at once, and then per second. */
const BURST = 64;
const PER_SECOND = 8;
/** Limit of remembered addresses; the one unused for longest is dropped. */
const MOST = 1024;

type Bucket = { tokens: number; at: number };

/**
 * Limits how many handshake messages of one address the direct listener passes on, since each costs a Diffie-Hellman if its sender knows this
 * device's peer ID. The limit is far above the need of a peer that reconnects often. Touches only the clock.
 */
export class AddressBudget {
  readonly #clock: Clock;
  /** Buckets by address group, in the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one message from the budget of an address group. Returns false if none is left. */
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
