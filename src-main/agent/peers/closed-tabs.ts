import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { PeerBook } from './peer-book.ts';

/** Time without a session after which the tab of a browser counts as closed, ms. A reload or a lost network takes less. */
export const TAB_ABSENCE = 10 * 60_000;

/**
 * Removes browsers that were approved for their tab once they have had no session for ten minutes. In memory only: after a start of the agent the time
 * begins again, and the end that the peer book stores holds in any case. Used by the peers module.
 */
export class ClosedTabs {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #peers: PeerBook;
  /** Number of open sessions. */
  readonly #sessions = new Map<PeerId, number>();
  readonly #timers = new Map<PeerId, Timer>();

  constructor(options: Readonly<{ clock: Clock; logger: Logger; peers: PeerBook }>) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#peers = options.peers;
    for (const { peerId } of this.#peers.list()) this.changed(peerId);
  }

  /** Counts a session until it is closed. */
  follow(peerId: PeerId, session: Pick<Session, 'closed'>): void {
    this.#sessions.set(peerId, (this.#sessions.get(peerId) ?? 0) + 1);
    this.#stop(peerId);
    void session.closed.then(() => {
      const left = (this.#sessions.get(peerId) ?? 1) - 1;
      if (left > 0) this.#sessions.set(peerId, left);
      else this.#sessions.delete(peerId);
      this.changed(peerId);
    });
  }

  /** Called when a peer was added, changed or removed. */
  changed(peerId: PeerId): void {
    const isWaiting = this.#peers.get(peerId)?.browser?.life === 'tab' && !this.#sessions.has(peerId);
    if (!isWaiting) this.#stop(peerId);
    else if (!this.#timers.has(peerId))
      this.#timers.set(
        peerId,
        this.#clock.setTimer(TAB_ABSENCE, () => this.#end(peerId)),
      );
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #stop(peerId: PeerId): void {
    this.#timers.get(peerId)?.cancel();
    this.#timers.delete(peerId);
  }

  #end(peerId: PeerId): void {
    this.#timers.delete(peerId);
    try {
      this.#peers.endBrowser(peerId, 'tab');
    } catch (error) {
      this.#logger.warn('a browser could not be removed', { errorCode: errorCode(error) });
      this.changed(peerId);
    }
  }
}
