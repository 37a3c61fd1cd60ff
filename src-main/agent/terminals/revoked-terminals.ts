import type { PeerId } from '#shared/identity/index.ts';
import { TERMINAL_LIMITS } from './service-options.ts';

/** As many as may run. */
const MOST_KEPT = TERMINAL_LIMITS.total;

/**
 * Terminals that ended because the right was taken back, for peers that missed that end: of all peers together the last 256. A terminal's name is
 * random, and only the peer that had it is told.
 */
export class RevokedTerminals {
  /** Newest last. */
  readonly #owners = new Map<string, PeerId>();

  remember(terminal: string, owner: PeerId): void {
    this.#owners.set(terminal, owner);
    const [oldest] = this.#owners.keys();
    if (oldest !== undefined && this.#owners.size > MOST_KEPT) this.#owners.delete(oldest);
  }

  /** Reports whether the terminal was this peer's, and is remembered. */
  has(terminal: string, peerId: PeerId): boolean {
    return this.#owners.get(terminal) === peerId;
  }
}
