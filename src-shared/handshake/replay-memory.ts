import { toHex } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import type { PeerId } from '../identity/index.ts';

/** Handshakes remembered of one peer: at one a second for the ten minutes of the clock window, and more. */
const PAIRS_PER_PEER = 1024;
/** Peers remembered. Worst case 256 × 1024 × about 100 bytes = 26 MB, and only pinned peers get here. */
const PEERS = 256;

/**
 * Remembers the (static, ephemeral) pairs of message 1 that were accepted.
 *
 * PROTOCOL section 3 asks for the clock window and says that a wrong clock is only a warning. Both together would leave a hole: a message
 * older than the window looks exactly like a fresh one of a device whose clock is behind. So time is no reason to forget here (and none to
 * refuse): a pair stays until 1024 newer ones of the *same* peer have pushed it out, which one peer cannot do to another. What is left, a
 * message replayed after a restart or after that many handshakes, still opens, runs and reveals nothing, because the replayer cannot make
 * the first record that the responder waits for before it acts.
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

  /** False when the pair was here before; otherwise it is remembered from now on. */
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
