import { setImmediate } from 'node:timers/promises';
import { safetyNumber } from '#shared/identity/index.ts';
import type { PeerRecord } from './index.ts';
import type { AgentParts } from '../api/parts.ts';

type Parts = Pick<AgentParts, 'crypto' | 'identity'>;
type Peer = Pick<PeerRecord, 'peerId' | 'signingKey'>;

/** Thousands of hash rounds each: remembered per key. */
const known = new Map<string, string>();

const pairOf = ({ identity }: Parts, { peerId }: Peer): string => `${identity.peerId}${peerId}`;

export function safetyNumberOf(parts: Parts, peer: Peer): string {
  const pair = pairOf(parts, peer);
  const before = known.get(pair);
  if (before !== undefined) return before;
  const computed = safetyNumber(parts.crypto, parts.identity.signingKey, peer.signingKey);
  known.set(pair, computed);
  return computed;
}

/** Whether views of these peers can be made without working anything out. */
export function haveSafetyNumbers(parts: Parts, peers: readonly Peer[]): boolean {
  return peers.every((peer) => known.has(pairOf(parts, peer)));
}

/** Works out what is not known yet, with a turn for everything else between two: a long list must not hold up terminals. */
export async function prepareSafetyNumbers(parts: Parts, peers: readonly Peer[]): Promise<void> {
  for (const peer of peers) {
    if (known.has(pairOf(parts, peer))) continue;
    safetyNumberOf(parts, peer);
    await setImmediate();
  }
}
