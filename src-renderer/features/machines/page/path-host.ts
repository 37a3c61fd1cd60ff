import type { PeerView } from '#shared/app-api/index.ts';
import { pathSummary } from '../../peers/index.ts';
import { isUp } from '../list/open-now.ts';

/** Returns the host at which a machine is reached directly; undefined without a direct path: with a relay or a hop, the path's address is theirs. Pure. */
export function pathHost(machine: PeerView): string | undefined {
  const summary = pathSummary(machine);
  if (!isUp(machine) || summary === 'relay' || summary === 'via' || machine.address === null) return undefined;
  return machine.address.replace(/:\d+$/u, '');
}
