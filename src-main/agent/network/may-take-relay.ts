import type { PeerRecord } from '../peers/index.ts';

/**
 * Reports whether the person allows a peer's link to use the relay without hops: no hops are named, and the path mode isn't direct only. Pure. Used
 * by the network module.
 */
export function mayTakeRelay({ pathMode = 'auto', via = [] }: Partial<Pick<PeerRecord, 'pathMode' | 'via'>>): boolean {
  return via.length === 0 && pathMode !== 'direct-only';
}

/** Reports whether the person allows a peer's link to use direct paths: no hops are named, and the path mode isn't relay only. Pure. */
export function mayGoDirect({ pathMode = 'auto', via = [] }: Partial<Pick<PeerRecord, 'pathMode' | 'via'>>): boolean {
  return via.length === 0 && pathMode !== 'relay-only';
}
