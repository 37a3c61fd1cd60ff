import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { UDP_LIMITS } from './limits.ts';

/** Rate limit for a peer's offers: each costs a key, sockets and threads for some seconds. */
export class OfferRate {
  readonly #clock: Clock;
  /** Time before which a further offer is too early, monotonic (GCRA). */
  readonly #due = new Map<PeerId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(peerId: PeerId): boolean {
    const now = this.#clock.monotonic();
    for (const [other, due] of this.#due) if (due <= now) this.#due.delete(other);
    const due = Math.max(this.#due.get(peerId) ?? now, now);
    if (due - now > (UDP_LIMITS.offersAtOnce - 1) * UDP_LIMITS.offerEvery) return false;
    this.#due.set(peerId, due + UDP_LIMITS.offerEvery);
    return true;
  }
}
