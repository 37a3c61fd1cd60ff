import type { PeerId } from '#shared/identity/index.ts';
import { modeAllows } from './transport-kinds.ts';
import type { EstablishedPath, PeerRoute } from '../types.ts';

/** Path to be checked against a route. `dialed`: this device sent message 1, and so knows every hop. */
export type PathToCheck = Pick<EstablishedPath, 'kind' | 'dialed'> &
  Readonly<{ hops: readonly Readonly<{ peerId: PeerId }>[] }>;

/**
 * Reports whether the route of a peer allows a path. If the route names hops, the path must use exactly these: dialed by this device or, with a
 * single hop, also dialed by the peer. Of an incoming path this device knows only the nearest hop, so it dials longer chains itself. Pure.
 */
export function allowsPath(route: PeerRoute, { kind, dialed, hops }: PathToCheck): boolean {
  if (route.hops.length === 0) return modeAllows(route.mode, kind);
  if (kind !== 'via' || (!dialed && route.hops.length > 1)) return false;
  return hops.length === route.hops.length && hops.every(({ peerId }, index) => peerId === route.hops[index]);
}

/** Reports whether the route allows paths without relay and hops. Addresses are announced and accepted only then. Pure. */
export function allowsDirect({ mode, hops }: Pick<PeerRoute, 'mode' | 'hops'>): boolean {
  return hops.length === 0 && modeAllows(mode, 'direct');
}
