import type { PeerId } from '#shared/identity/index.ts';
import { modeAllows } from './index.ts';
import type { EstablishedPath, PeerRoute } from '../types.ts';

/** A path as the person's choice sees it. `dialled`: this side sent message 1, so it knows every hop. */
export type PathToCheck = Pick<EstablishedPath, 'kind' | 'dialled'> &
  Readonly<{ hops: readonly Readonly<{ peerId: PeerId }>[] }>;

/**
 * Whether a person's choice for a peer allows a path. With named hops only a path through exactly these: one that this side dialled, or, for a
 * single hop, one that came in through it. Of a path that came in, this side knows only the hop next to it, so longer chains are dialled here.
 */
export function allowsPath({ mode, via }: PeerRoute, { kind, dialled, hops }: PathToCheck): boolean {
  if (via.length === 0) return modeAllows(mode, kind);
  if (kind !== 'via' || (!dialled && via.length > 1)) return false;
  return hops.length === via.length && hops.every(({ peerId }, index) => peerId === via[index]);
}

/** Tells whether a person's choice for a peer allows connections without a relay or a hop: addresses are told and taken only then. */
export function allowsDirect({ mode, via }: Pick<PeerRoute, 'mode' | 'via'>): boolean {
  return via.length === 0 && modeAllows(mode, 'direct');
}
