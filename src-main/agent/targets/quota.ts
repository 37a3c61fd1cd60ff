import { ForwardError } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Counter that limits what each peer, and all peers together, may use: connections, listeners, UDP associations. In memory. */
export class Quota {
  readonly #most: Readonly<{ perPeer: number; total: number }>;
  readonly #taken = new Map<PeerId, number>();
  #total = 0;

  constructor(most: Readonly<{ perPeer: number; total?: number }>) {
    this.#most = { total: Number.POSITIVE_INFINITY, ...most };
  }

  /** Number of current uses by all peers. */
  get total(): number {
    return this.#total;
  }

  /**
   * Counts one use.
   * @returns function that ends the use; idempotent
   * @throws {ForwardError} `forward.too-many`
   */
  take(peerId: PeerId): () => void {
    const taken = this.#taken.get(peerId) ?? 0;
    if (taken >= this.#most.perPeer || this.#total >= this.#most.total)
      throw new ForwardError('forward.too-many', 'too many connections of this peer');
    this.#taken.set(peerId, taken + 1);
    this.#total += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#total -= 1;
      const left = (this.#taken.get(peerId) ?? 1) - 1;
      if (left > 0) this.#taken.set(peerId, left);
      else this.#taken.delete(peerId);
    };
  }
}
