import { LISTS, LISTS_PER_PEER } from '#shared/files/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

type Held = { readonly peer: PeerId; bytes: number };

/** Room for the lists of transfers that peers cause: so many bytes of each peer, and of all together. */
export class ListRoom {
  readonly #lists = new Map<string, Held>();
  readonly #ofPeer: number;
  readonly #all: number;

  /** @param limits bytes of the lists of one peer, and of all; default: those of the protocol */
  constructor(limits: Readonly<{ ofPeer: number; all: number }> = { ofPeer: LISTS_PER_PEER, all: LISTS }) {
    this.#ofPeer = limits.ofPeer;
    this.#all = limits.all;
  }

  /** Takes room for a list that grows by these bytes. @returns false if there is none: then nothing is taken */
  take(id: string, peer: PeerId, bytes: number): boolean {
    let all = bytes;
    let ofPeer = bytes;
    for (const one of this.#lists.values()) {
      all += one.bytes;
      if (one.peer === peer) ofPeer += one.bytes;
    }
    if (all > this.#all || ofPeer > this.#ofPeer) return false;
    const held = this.#lists.get(id) ?? { peer, bytes: 0 };
    held.bytes += bytes;
    this.#lists.set(id, held);
    return true;
  }

  /** Returns the bytes of a list. */
  bytesOf(id: string): number {
    return this.#lists.get(id)?.bytes ?? 0;
  }

  /** Gives the room of a list back. */
  give(id: string): void {
    this.#lists.delete(id);
  }
}
