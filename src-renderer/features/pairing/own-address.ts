import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';

/** Returns the host of a peer that is reached directly, else its short ID: with a relay, the address of the path is the relay's. */
export function ownAddress({ path, address, shortId }: Pick<PeerView, 'path' | 'address' | 'shortId'>): string {
  return path === 'direct' && address !== null
    ? address.replace(/:\d+$/u, '')
    : text('peers.short-id', { id: shortId });
}
