import type { PeerView } from '#shared/app-api/index.ts';
import { peerName } from './peer-format.ts';

/** Formats the note about a peer that has removed this machine, for `list` and `run`. */
export function forgotNote(peer: Pick<PeerView, 'name' | 'forgottenBecause'>): string {
  const says = peer.forgottenBecause === 'words' ? ' says that the four words differ, and' : '';
  return `${peerName(peer)}${says} has removed this machine, so neither reaches the other. To use both again: clawreach pair`;
}
