import type { PeerView } from '#shared/app-api/index.ts';
import { formatPeerId, type PeerId } from '#shared/identity/index.ts';
import { text } from '../../../locale/index.ts';
import { notify } from '../../../store/index.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/**
 * Copies a peer's whole ID to the clipboard, in the groups that people compare, and shows the result as a toast. Every field for an ID accepts this
 * form. Called from the menu of a machine's row.
 */
export async function copyPeerId(peer: Pick<PeerView, 'peerId' | 'name'>): Promise<void> {
  try {
    await navigator.clipboard.writeText(formatPeerId(peer.peerId as PeerId));
    notify({ tone: 'good', text: text('peers.copied-id', { name: quoteUntrusted(peer.name) }) });
  } catch {
    notify({ tone: 'warning', text: text('peers.copy-failed') });
  }
}
