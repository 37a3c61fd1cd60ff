import type { PeerId } from '#shared/identity/index.ts';
import { protocolError } from './errors.ts';

const MAX_PRESENT = 20_000;

/** Peers that are online at the relay, as reported by the relay. Used by `RelayClient`, which reports changes. In memory only. */
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

  /** Sets whether a peer is online. @throws {RelayClientError} `relay.protocol` if there are too many */
  set(peerId: PeerId, online: boolean): void {
    if (this.#present.has(peerId) === online) return;
    if (online && this.#present.size >= MAX_PRESENT) throw protocolError('too many devices are online');
    if (online) this.#present.add(peerId);
    else this.#present.delete(peerId);
    this.#changed(peerId, online);
  }

  /** Removes all peers. Called when the relay connection is lost. */
  clear(): void {
    for (const peerId of this.#present) this.set(peerId, false);
  }
}
