import { ForwardError } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';

/**
 * Counter in memory that limits what each peer, and all peers together, may use at a time. The servers of targets and of UDP associations have one
 * for each kind of use: connections, connections being opened, listeners, associations.
 */
export class Quota {
  readonly #limits: Readonly<{ perPeer: number; total: number }>;
  readonly #taken = new Map<PeerId, number>();
  #total = 0;

  /** @param limits most uses by one peer and by all peers; `total` is unlimited if omitted */
  constructor(limits: Readonly<{ perPeer: number; total?: number }>) {
    this.#limits = { total: Number.POSITIVE_INFINITY, ...limits };
  }

  /** Number of current uses by all peers. */
  get total(): number {
    return this.#total;
  }

  /**
   * Counts one use.
   * @returns function that ends the use; idempotent
   * @throws {ForwardError} `forward.too-many` if a limit is reached
   */
  take(peerId: PeerId): () => void {
    const taken = this.#taken.get(peerId) ?? 0;
    if (taken >= this.#limits.perPeer || this.#total >= this.#limits.total)
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
