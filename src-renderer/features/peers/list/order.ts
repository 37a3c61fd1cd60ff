import type { PeerView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** Number of peers at which the machines page begins to show a search field. */
export const SEARCH_FROM = 8;

/**
 * Sorts peers for the machines page: online ones first, then by name in natural order (`office-2` before `office-10`). The ID decides between equal
 * names, so that rows keep their positions. Pure.
 */
export function sortPeers(peers: readonly PeerView[]): readonly PeerView[] {
  return peers.toSorted(
    (a, b) =>
      Number(b.online) - Number(a.online) ||
      compareNames(a.name, b.name) ||
      Number(a.peerId > b.peerId) - Number(a.peerId < b.peerId),
  );
}

/** Finds the peers whose name contains every word of the query, or whose ID begins with the query in any grouping. */
export function searchPeers(peers: readonly PeerView[], query: string): readonly PeerView[] {
  const words = fold(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return peers;
  const id = words
    .join('')
    .replaceAll(/[-.:_]/gu, '')
    .toUpperCase();
  return peers.filter((peer) => {
    const name = fold(peer.name);
    return words.every((word) => name.includes(word)) || (id !== '' && peer.peerId.startsWith(id));
  });
}

function fold(text: string): string {
  return plainKey(text);
}
