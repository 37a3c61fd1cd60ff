import { setImmediate } from 'node:timers/promises';
import { safetyNumber, type DeviceIdentity } from '#shared/identity/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerRecord } from './record.ts';

/** Key of this device, and the hash that safety numbers are made with. */
export type SafetyNumberParts = Readonly<{ crypto: CryptoBackend; identity: DeviceIdentity }>;
type Peer = Pick<PeerRecord, 'peerId' | 'signingKey'>;

/** Safety numbers by pair of keys: each takes thousands of hash rounds. */
const known = new Map<string, string>();

const pairOf = ({ identity }: SafetyNumberParts, { peerId }: Peer): string => `${identity.peerId}${peerId}`;

/** Returns the safety number of this device and the peer. */
export function safetyNumberOf(parts: SafetyNumberParts, peer: Peer): string {
  const pair = pairOf(parts, peer);
  const before = known.get(pair);
  if (before !== undefined) return before;
  const computed = safetyNumber(parts.crypto, parts.identity.signingKey, peer.signingKey);
  known.set(pair, computed);
  return computed;
}

/** Reports whether views of these peers can be made without computing anything. */
export function haveSafetyNumbers(parts: SafetyNumberParts, peers: readonly Peer[]): boolean {
  return peers.every((peer) => known.has(pairOf(parts, peer)));
}

/** Computes missing safety numbers, with a turn of the event loop between two: a long list must not hold up terminals. */
export async function prepareSafetyNumbers(parts: SafetyNumberParts, peers: readonly Peer[]): Promise<void> {
  for (const peer of peers) {
    if (known.has(pairOf(parts, peer))) continue;
    safetyNumberOf(parts, peer);
    await setImmediate();
  }
}
