import { toHex } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import type { PeerId } from '../identity/index.ts';

/** Number of handshakes remembered per peer: more than one a second for the ten minutes of the clock window. */
const PAIRS_PER_PEER = 1024;
/** Number of peers remembered. Worst case of memory: 256 × 1024 × about 100 bytes = 26 MB, and only pinned peers reach this class. */
const PEERS = 256;

/**
 * Remembers the (static, ephemeral) key pairs of accepted first messages, in memory, so that the responder rejects a replay.
 *
 * Pairs don't expire by time: a wrong clock is only a warning (PROTOCOL section 3), so a message older than the clock window looks like a fresh
 * message of a device whose clock is behind. The class forgets a pair after 1024 newer pairs of the same peer, and all pairs of the peer whose latest
 * handshake is oldest when there are more than 256 peers. A message replayed after that, or after a restart, is accepted but achieves nothing: the
 * responder waits for the first record before it acts, and the replayer can't create that record.
 */
export class ReplayMemory {
  readonly #crypto: CryptoBackend;
  readonly #pairsPerPeer: number;
  readonly #peers: number;
  readonly #seen = new Map<PeerId, Set<string>>();

  constructor(crypto: CryptoBackend, limits: Readonly<{ pairsPerPeer?: number; peers?: number }> = {}) {
    this.#crypto = crypto;
    this.#pairsPerPeer = limits.pairsPerPeer ?? PAIRS_PER_PEER;
    this.#peers = limits.peers ?? PEERS;
  }

  /** Remembers a pair. Returns false if the pair was seen before. */
  admit(peerId: PeerId, staticKey: Uint8Array, ephemeral: Uint8Array): boolean {
    const pair = toHex(this.#crypto.sha256(staticKey, ephemeral).subarray(0, 16));
    const pairs = this.#seen.get(peerId) ?? new Set<string>();
    if (pairs.has(pair)) return false;
    // Deleted and set again: maps and sets keep the order of insertion, so the first entry is the oldest.
    this.#seen.delete(peerId);
    this.#seen.set(peerId, pairs);
    pairs.add(pair);
    dropOldest(pairs, this.#pairsPerPeer);
    dropOldest(this.#seen, this.#peers);
    return true;
  }
}

function dropOldest<Key>(collection: Map<Key, unknown> | Set<Key>, limit: number): void {
  for (const key of collection.keys()) {
    if (collection.size <= limit) return;
    collection.delete(key);
  }
}
