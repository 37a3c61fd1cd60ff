import type { PeerRecord } from '../peers/index.ts';

/** Whether the link to a peer may run straight through the relay: no chain was chosen for it, and not direct only. */
export function mayTakeRelay({ pathMode = 'auto', via = [] }: Partial<Pick<PeerRecord, 'pathMode' | 'via'>>): boolean {
  return via.length === 0 && pathMode !== 'direct-only';
}

/** Tells whether its link may run without a relay or a hop: no chain was chosen, and not relay only. A peer that nothing is known of may. */
export function mayGoDirect({ pathMode = 'auto', via = [] }: Partial<Pick<PeerRecord, 'pathMode' | 'via'>>): boolean {
  return via.length === 0 && pathMode !== 'relay-only';
}
