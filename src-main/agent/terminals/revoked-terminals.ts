import type { PeerId } from '#shared/identity/index.ts';
import { TERMINAL_LIMITS } from './service-options.ts';

/** Most terminals remembered: as many as may run. */
const MOST_REMEMBERED = TERMINAL_LIMITS.total;

/**
 * Terminals that ended because a right was revoked, held in memory for peers that missed the end: the last 256 of all peers together. Only the peer
 * that held a terminal is told; the terminal's ID is random. Used by `TerminalService`.
 */
export class RevokedTerminals {
  /** Holders by terminal ID, newest last. */
  readonly #owners = new Map<string, PeerId>();

  remember(terminal: string, owner: PeerId): void {
    this.#owners.set(terminal, owner);
    const [oldest] = this.#owners.keys();
    if (oldest !== undefined && this.#owners.size > MOST_REMEMBERED) this.#owners.delete(oldest);
  }

  /** Tells whether this peer held the terminal and the terminal is remembered. */
  has(terminal: string, peerId: PeerId): boolean {
    return this.#owners.get(terminal) === peerId;
  }
}
