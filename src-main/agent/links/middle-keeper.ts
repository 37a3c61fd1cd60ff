import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LINK_LIMITS } from './limits.ts';

export type HopReconnectorOptions = Readonly<{
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Peers that have passed on a session which has no other way now. */
  wanted(): ReadonlySet<PeerId>;
  /** Whether there is a session with that peer that looks after itself. */
  isLinked(peerId: PeerId): boolean;
  /** Links with it, over the relay or directly. */
  dial(peerId: PeerId, signal: AbortSignal): Promise<unknown>;
}>;

/** When a peer was dialled the last time, and how often in a row; monotonic. */
type Pace = Readonly<{ dialledAt: number; tries: number; notBefore: number }>;

/**
 * Links again with peers in between that were lost (ended, restarted), while a session needs them. How often is a matter of the peer in
 * between alone: neither other peers, nor that peer by linking and leaving, can have it dialled faster.
 */
export class HopReconnector {
  readonly #options: HopReconnectorOptions;
  readonly #dials = new Map<PeerId, AbortController>();
  readonly #paces = new Map<PeerId, Pace>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: HopReconnectorOptions) {
    this.#options = options;
  }

  /** Links, or what sessions need, may have changed. */
  look(): void {
    if (this.#closed) return;
    const { clock, wanted, isLinked } = this.#options;
    const now = clock.monotonic();
    const peers = wanted();
    for (const [peerId, dial] of this.#dials) if (!peers.has(peerId)) dial.abort();
    for (const [peerId, { notBefore }] of this.#paces)
      if (notBefore + LINK_LIMITS.middleForgotten <= now && !this.#dials.has(peerId)) this.#paces.delete(peerId);
    let next = Infinity;
    for (const peerId of peers) {
      if (this.#dials.has(peerId) || isLinked(peerId)) continue;
      const notBefore = this.#paces.get(peerId)?.notBefore ?? now;
      if (notBefore <= now) this.#dial(peerId, now);
      else next = Math.min(next, notBefore);
    }
    this.#timer?.cancel();
    this.#timer = Number.isFinite(next) ? clock.setTimer(next - now, () => this.look()) : undefined;
  }

  /** A peer may be there again, or all of them: not more often than once in a second. */
  hurry(peerId?: PeerId): void {
    for (const [known, pace] of this.#paces) {
      if (peerId !== undefined && known !== peerId) continue;
      const notBefore = Math.min(pace.notBefore, pace.dialledAt + LINK_LIMITS.middlePause);
      this.#paces.set(known, { ...pace, notBefore });
    }
    this.look();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const dial of this.#dials.values()) dial.abort();
  }

  #dial(peerId: PeerId, now: number): void {
    const tries = (this.#paces.get(peerId)?.tries ?? 0) + 1;
    this.#paces.set(peerId, { dialledAt: now, tries, notBefore: now + this.#pause(tries) });
    const controller = new AbortController();
    this.#dials.set(peerId, controller);
    const ended = (): void => {
      this.#dials.delete(peerId);
      this.look();
    };
    this.#options.dial(peerId, controller.signal).then(ended, ended);
  }

  /** From half of a ceiling that doubles to all of it. */
  #pause(tries: number): number {
    const { middlePause, middleLongestPause } = LINK_LIMITS;
    const ceiling = Math.min(middleLongestPause, middlePause * 2 ** Math.min(tries, 16));
    return Math.round(ceiling * (0.5 + this.#options.random() / 2));
  }
}
