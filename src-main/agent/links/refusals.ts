import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LINK_LIMITS } from './limits.ts';

/**
 * Which peers in between did not let us pass, and when. The person there must not hear of what nobody here has asked for, nor of the same
 * wish at each retry.
 */
export class HopRefusals {
  readonly #clock: Clock;
  /** Monotonic; one entry for a paired peer at most. */
  readonly #times = new Map<PeerId, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(peerId: PeerId): void {
    this.#times.set(peerId, this.#clock.monotonic());
  }

  /** This device does not ask it by itself for a while. */
  isRecent(peerId: PeerId): boolean {
    return this.#since(peerId) < LINK_LIMITS.refusedPause;
  }

  /** Whether its person may be asked: only where ours has named that peer, and not at every retry. */
  mayAsk(
    peerId: PeerId,
    { named, now, wished }: Readonly<{ named: readonly PeerId[]; now: PeerId | null; wished: boolean }>,
  ): boolean {
    return named.includes(peerId) && now === null && (wished || this.#since(peerId) >= LINK_LIMITS.askedPause);
  }

  clear(): void {
    this.#times.clear();
  }

  #since(peerId: PeerId): number {
    return this.#clock.monotonic() - (this.#times.get(peerId) ?? -Infinity);
  }
}
