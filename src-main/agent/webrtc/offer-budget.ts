import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { UDP_LIMITS } from './limits.ts';

/**
 * Budget of each peer for offers of UDP paths: a few at once, then one every 15 s (`UDP_LIMITS`). Answering an offer takes a key, sockets and threads
 * for some seconds. Used by `UdpAnswers`. In memory only.
 */
export class OfferBudget {
  readonly #clock: Clock;
  /** Time at which each peer's budget is full again, monotonic, ms (GCRA). */
  readonly #due = new Map<PeerId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one offer from the peer's budget. @returns false if none is left */
  take(peerId: PeerId): boolean {
    const now = this.#clock.monotonic();
    for (const [other, due] of this.#due) if (due <= now) this.#due.delete(other);
    const due = Math.max(this.#due.get(peerId) ?? now, now);
    if (due - now > (UDP_LIMITS.offersAtOnce - 1) * UDP_LIMITS.offerEvery) return false;
    this.#due.set(peerId, due + UDP_LIMITS.offerEvery);
    return true;
  }
}
