import type { PeerId } from '#shared/identity/index.ts';
import { modeAllows } from './transport-kinds.ts';
import type { EstablishedPath, PeerRoute } from '../types.ts';

/** A path as the person's choice sees it. `dialled`: this side sent message 1, so it knows every hop. */
export type PathToCheck = Pick<EstablishedPath, 'kind' | 'dialled'> &
  Readonly<{ hops: readonly Readonly<{ peerId: PeerId }>[] }>;

/**
 * Whether a person's choice for a peer allows a path. With named hops only a path through exactly these: one that this side dialled, or, for a
 * single hop, one that came in through it. Of a path that came in, this side knows only the hop next to it, so longer chains are dialled here.
 */
export function allowsPath(route: PeerRoute, { kind, dialled, hops }: PathToCheck): boolean {
  if (route.hops.length === 0) return modeAllows(route.mode, kind);
  if (kind !== 'via' || (!dialled && route.hops.length > 1)) return false;
  return hops.length === route.hops.length && hops.every(({ peerId }, index) => peerId === route.hops[index]);
}

/** Tells whether a person's choice for a peer allows connections without a relay or a hop: addresses are told and taken only then. */
export function allowsDirect({ mode, hops }: Pick<PeerRoute, 'mode' | 'hops'>): boolean {
  return hops.length === 0 && modeAllows(mode, 'direct');
}
