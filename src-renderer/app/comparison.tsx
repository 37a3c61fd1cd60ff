import type { ReactElement } from 'react';
import { CompareDialog } from '../features/peers/index.ts';
import { text } from '../locale/index.ts';
import { closeComparison, useApp } from '../store/index.ts';
import { quoteUntrusted } from '../ui/index.ts';

/**
 * Dialog that compares the words of a peer before the window opens the first terminal or forward there, or sends files, and goes on with that once they are confirmed.
 * Nothing without such a request.
 */
export function Comparison(): ReactElement | null {
  const asked = useApp((state) => state.requestedComparison);
  const peer = useApp(({ peers }) => peers.find(({ peerId }) => peerId === asked?.peerId));
  if (asked === undefined || peer === undefined) return null;
  return (
    <CompareDialog
      peer={peer}
      reason={text('peers.compare.first', { name: quoteUntrusted(peer.name) })}
      onClose={() => closeComparison(false)}
      onConfirmed={() => closeComparison(true)}
    />
  );
}
