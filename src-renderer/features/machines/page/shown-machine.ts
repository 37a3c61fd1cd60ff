import { sortByUse, type PeerView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';
import type { AppState } from '../../../store/index.ts';
import { groupMachines } from '../arrange/order.ts';

/**
 * Returns the machine whose page the window shows; undefined for none. In a wide window the list has one beside it: the machine that was used last,
 * else the first of the list. Pure.
 */
export function shownMachine(
  { place, peers, unpaired }: Pick<AppState, 'place' | 'peers' | 'unpaired'>,
  isWide: boolean,
): PeerView | undefined {
  if (place.page !== 'machines') return undefined;
  const wanted = peers.find(({ peerId }) => peerId === place.machine);
  if (wanted !== undefined || !isWide) return wanted;
  // It has a page of its own, without the list.
  if (unpaired !== undefined && unpaired.peerId === place.machine) return undefined;
  const [used] = sortByUse(peers, compareNames);
  return used?.usedAt === undefined ? groupMachines(peers)[0]?.machines[0] : used;
}
