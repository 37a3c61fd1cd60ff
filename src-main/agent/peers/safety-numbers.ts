import type { Clock } from '#shared/clock.ts';
import { safetyNumber, type DeviceIdentity } from '#shared/identity/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { nextTurn } from '#shared/next-turn.ts';
import type { PeerRecord } from './peer-record.ts';

/** Cryptography for safety numbers, and the key of this device. */
export type SafetyNumberParts = Readonly<{ crypto: CryptoBackend; identity: DeviceIdentity }>;
type Peer = Pick<PeerRecord, 'peerId' | 'signingKey'>;

/** Cache of safety numbers by pair of devices, since each takes thousands of hash rounds. Shared by all agents of the process. */
const known = new Map<string, string>();

const pairOf = ({ identity }: SafetyNumberParts, { peerId }: Peer): string => `${identity.peerId}${peerId}`;

/** Returns the safety number of this device and the peer. Computes it if it isn't in the cache. Used for the views of peers. */
export function safetyNumberOf(parts: SafetyNumberParts, peer: Peer): string {
  const pair = pairOf(parts, peer);
  const before = known.get(pair);
  if (before !== undefined) return before;
  const computed = safetyNumber(parts.crypto, parts.identity.signingKey, peer.signingKey);
  known.set(pair, computed);
  return computed;
}

/** Reports whether the cache has the safety numbers of these peers. */
export function haveSafetyNumbers(parts: SafetyNumberParts, peers: readonly Peer[]): boolean {
  return peers.every((peer) => known.has(pairOf(parts, peer)));
}

/** Computes missing safety numbers. Yields to the event loop after each one, so that a long list doesn't delay terminals. */
export async function prepareSafetyNumbers(
  parts: SafetyNumberParts & Readonly<{ clock: Clock }>,
  peers: readonly Peer[],
): Promise<void> {
  for (const peer of peers) {
    if (known.has(pairOf(parts, peer))) continue;
    safetyNumberOf(parts, peer);
    await nextTurn(parts.clock);
  }
}
