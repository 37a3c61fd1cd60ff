import type { ForwardView, PeerView } from '#shared/app-api/index.ts';
import { machineOfForward, type OpenTerminal } from '../../store/index.ts';

/** Most machines that the side bar shows whether or not they are in use. */
export const MOST_IN_SIDE_BAR = 12;

/**
 * Returns the machines that the side bar shows: all of them, or above twelve the favourites, those with an open terminal or a running forward, those that
 * use a terminal here, and the one whose page is open. Pure.
 */
export function machinesInSight({
  peers,
  forwards,
  terminals,
  usedHere,
  current,
}: Readonly<{
  peers: readonly PeerView[];
  forwards: readonly ForwardView[];
  terminals: readonly OpenTerminal[];
  /** Peers that use terminals of this machine, by ID. */
  usedHere: Readonly<Record<string, number>>;
  /** ID of the machine whose page is open. */
  current: string | undefined;
}>): readonly PeerView[] {
  if (peers.length <= MOST_IN_SIDE_BAR) return peers;
  const used = new Set([
    ...Object.keys(usedHere),
    ...terminals.filter(({ isEnded }) => isEnded !== true).map(({ peerId }) => peerId),
    ...forwards.flatMap((forward) => (forward.state === 'off' ? [] : (machineOfForward(forward) ?? []))),
  ]);
  return peers.filter(({ peerId, favourite }) => favourite === true || used.has(peerId) || peerId === current);
}
