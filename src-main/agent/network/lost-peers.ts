import type { Clock, Timer } from '#shared/clock.ts';
import { fullJitter } from '#shared/back-off.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { SenderBudget } from '#shared/sender-budget.ts';

/** Most dials after one announcement of a lost peer. A neighbour can repeat an announcement, so the dials must end. */
const MOST_DIALS = 4;
/** Announcements that lead to dials, for each peer and for all: a few at once, then four and 32 a minute. */
const RATES = { each: { burst: 4, perSecond: 4 / 60 }, all: { burst: 32, perSecond: 32 / 60 } };
/** First and longest ceiling of the pause before a further dial, ms. */
const PAUSES = { first: 500, longest: 2000 };

/** Dependencies of `LostPeers`. */
export type LostPeersOptions = Readonly<{
  clock: Clock;
  /** Dials the peer once. Rejects if it can't be reached. */
  dial(peerId: PeerId): Promise<unknown>;
  /** Reports whether the peer is linked or may not be dialed now. */
  isSettled(peerId: PeerId): boolean;
  /** Returns random numbers, uniform in [0, 1). */
  random?: () => number;
}>;

/**
 * Peers whose link was lost since this agent started. `Network` reports a lost peer's announcement in the local network, and the peer is dialed at
 * once, so that user interfaces show it online and its terminals and forwards come back. Other announcements cause no dials, nor do more of them than
 * a machine makes that starts again and again. In memory only.
 */
export class LostPeers {
  readonly #options: LostPeersOptions;
  readonly #lost = new Set<PeerId>();
  readonly #dialing = new Set<PeerId>();
  readonly #timers = new Map<PeerId, Timer>();
  readonly #budget: SenderBudget;
  #closed = false;

  constructor(options: LostPeersOptions) {
    this.#options = options;
    this.#budget = new SenderBudget(options.clock, RATES);
  }

  /** Records that the link was lost, or the peer has left. */
  add(peerId: PeerId): void {
    this.#lost.add(peerId);
  }

  /** Records that the peer is linked again, or was removed. */
  delete(peerId: PeerId): void {
    this.#lost.delete(peerId);
    this.#timers.get(peerId)?.cancel();
    this.#timers.delete(peerId);
  }

  /** Dials the peer if it was lost. Called when it has announced itself. */
  found(peerId: PeerId): void {
    if (this.#closed || !this.#lost.has(peerId) || this.#dialing.has(peerId) || !this.#budget.take(peerId)) return;
    this.#timers.get(peerId)?.cancel();
    this.#timers.delete(peerId);
    void this.#dial(peerId, 1);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  async #dial(peerId: PeerId, dials: number): Promise<void> {
    const { clock, dial, isSettled, random = Math.random } = this.#options;
    if (this.#closed || !this.#lost.has(peerId) || isSettled(peerId)) return;
    this.#dialing.add(peerId);
    try {
      await dial(peerId);
    } catch {
      // The peer may have announced itself before it answers, or has left again.
      if (this.#closed || dials >= MOST_DIALS) return;
      const pause = fullJitter(dials, PAUSES, random);
      this.#timers.set(
        peerId,
        clock.setTimer(pause, () => {
          this.#timers.delete(peerId);
          void this.#dial(peerId, dials + 1);
        }),
      );
    } finally {
      this.#dialing.delete(peerId);
    }
  }
}
