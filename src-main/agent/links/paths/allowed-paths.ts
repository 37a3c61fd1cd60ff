import type { PeerId } from '#shared/identity/index.ts';
import { modeAllows } from './transport-kinds.ts';
import type { EstablishedPath, PeerRoute } from '../types.ts';

/** A path to be checked against a route. `dialled`: this side sent message 1, so it knows every hop. */
export type PathToCheck = Pick<EstablishedPath, 'kind' | 'dialled'> &
  Readonly<{ hops: readonly Readonly<{ peerId: PeerId }>[] }>;

/**
 * Reports whether the route to a peer allows a path. With named hops only a path through exactly these is allowed: one
 * that this side dialled or, for a single hop, one that came in through it. Of an incoming path this side knows only
 * the nearest hop, so longer chains are dialled here.
 */
export function allowsPath(route: PeerRoute, { kind, dialled, hops }: PathToCheck): boolean {
  if (route.hops.length === 0) return modeAllows(route.mode, kind);
  if (kind !== 'via' || (!dialled && route.hops.length > 1)) return false;
  return hops.length === route.hops.length && hops.every(({ peerId }, index) => peerId === route.hops[index]);
}

/** Reports whether the route allows paths without relay and hops; addresses are announced and accepted only then. */
export function allowsDirect({ mode, hops }: Pick<PeerRoute, 'mode' | 'hops'>): boolean {
  return hops.length === 0 && modeAllows(mode, 'direct');
}
