import type { PeerView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** With fewer peers than this there is nothing to search. */
export const SEARCH_FROM = 8;

/** Online first, then by name as a person sorts: `office-2` before `office-10`. The id decides between equal names, so that rows never jump. */
export function sortPeers(peers: readonly PeerView[]): readonly PeerView[] {
  return peers.toSorted(
    (a, b) =>
      Number(b.online) - Number(a.online) ||
      compareNames(a.name, b.name) ||
      Number(a.peerId > b.peerId) - Number(a.peerId < b.peerId),
  );
}

/** Peers whose name contains every word of the query, or whose id begins with it, however it is grouped. */
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
