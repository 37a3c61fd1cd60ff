import type { PeerId } from '#shared/identity/index.ts';
import { protocolError } from './problems.ts';

const MAX_PRESENT = 20_000;

/** Peers present at the relay, as reported by it. */
export class PresentPeers {
  readonly #present = new Set<PeerId>();
  readonly #changed: (peerId: PeerId, online: boolean) => void;

  /** @param changed called after each change */
  constructor(changed: (peerId: PeerId, online: boolean) => void) {
    this.#changed = changed;
  }

  has(peerId: PeerId): boolean {
    return this.#present.has(peerId);
  }

  list(): readonly PeerId[] {
    return [...this.#present];
  }

  /** @throws {RelayClientError} `relay.protocol` when there are too many */
  set(peerId: PeerId, online: boolean): void {
    if (this.#present.has(peerId) === online) return;
    if (online && this.#present.size >= MAX_PRESENT) throw protocolError('too many devices are online');
    if (online) this.#present.add(peerId);
    else this.#present.delete(peerId);
    this.#changed(peerId, online);
  }

  /** Forgets all peers, because the relay reports no more. */
  clear(): void {
    for (const peerId of this.#present) this.set(peerId, false);
  }
}
