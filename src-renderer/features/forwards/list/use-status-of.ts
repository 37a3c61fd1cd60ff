import type { ForwardView } from '#shared/app-api/index.ts';
import { useApp } from '../../../store/index.ts';
import { useNow } from '../../../ui/index.ts';
import { currentRightsThere } from '../../peers/index.ts';
import { forwardStatus, type ForwardStatus } from './forward-status.ts';

/** Interval after which an old answer of a machine no longer counts, ms. */
const INTERVAL = 30_000;

/** Returns a function that names the status of a forward, with what its machine has said about the permission for it. */
export function useStatusOf(): (forward: ForwardView) => ForwardStatus {
  const peers = useApp((state) => state.peers);
  const forwards = useApp((state) => state.forwards);
  const now = useNow(INTERVAL);
  return (forward) => {
    const { rule } = forward;
    const peer = 'peer' in rule ? peers.find(({ peerId }) => peerId === rule.peer) : undefined;
    return forwardStatus(forward, peer === undefined ? undefined : currentRightsThere(peer, now)?.forward, forwards);
  };
}
