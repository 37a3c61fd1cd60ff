import type { PeerRecord } from '../peers/index.ts';

/** Reports whether the link to a peer may run straight through the relay: no hops were chosen, and not direct only. */
export function mayTakeRelay({ pathMode = 'auto', via = [] }: Partial<Pick<PeerRecord, 'pathMode' | 'via'>>): boolean {
  return via.length === 0 && pathMode !== 'direct-only';
}

/** Reports whether the link may run without relay and hops: no hops were chosen, and not relay only. True for an unknown peer. */
export function mayGoDirect({ pathMode = 'auto', via = [] }: Partial<Pick<PeerRecord, 'pathMode' | 'via'>>): boolean {
  return via.length === 0 && pathMode !== 'relay-only';
}
