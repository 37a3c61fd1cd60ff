import type { PeerView } from '#shared/app-api/index.ts';
import { useApp, useRelayProblem } from '../../../store/index.ts';
import { useSurroundings } from '../list/use-surroundings.ts';

/** Problem of the relay that the notice of an outage is about; undefined while there is no such notice. */
export function useOutage(): string | undefined {
  const { isRelayAway, isPaused } = useSurroundings();
  const problem = useRelayProblem();
  const isLost = useApp((state) => state.connection === 'lost');
  return !isRelayAway || isPaused || isLost || problem === null ? undefined : problem;
}

/** Peer whose removal of this machine is told in place of the relay's outage, with a button that pairs them again; undefined for none. */
export function useRemover(): PeerView | undefined {
  const problem = useOutage();
  const remover = useApp(({ peers }) => lastRemover(peers));
  return problem === 'relay.removed' ? remover : undefined;
}

/** Returns the peer that has removed this machine last; undefined for none. */
function lastRemover(peers: readonly PeerView[]): PeerView | undefined {
  return peers.reduce<PeerView | undefined>(
    (last, peer) => ((peer.forgottenAt ?? 0) > (last?.forgottenAt ?? 0) ? peer : last),
    undefined,
  );
}
