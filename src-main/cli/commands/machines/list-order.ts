import { groupMachines, sortByName, sortByUse, type MachineOrder, type PeerView } from '#shared/app-api/index.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { UsageError } from '../../errors.ts';
import { printable } from '../../output/index.ts';

/** Compares names as people count: `office-2` before `office-10`. */
const NATURAL = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Puts machines into the order that the person has chosen for lists, as the window does. Pure. */
export function orderMachines(machines: readonly PeerView[], order: MachineOrder): readonly PeerView[] {
  const compare = (one: string, other: string): number => NATURAL.compare(one, other);
  if (order === 'name') return sortByName(machines, compare);
  if (order === 'recent') return sortByUse(machines, compare);
  return groupMachines(machines, compare).flatMap((group) => group.machines);
}

/**
 * Returns the machines of a group; capitals don't count. Pure.
 * @throws {UsageError} `usage.group` if there is no such group, `usage.no-groups` if there is none at all
 */
export function inGroup(machines: readonly PeerView[], group: string): readonly PeerView[] {
  const key = plainKey(group);
  const found = machines.filter((machine) => machine.group !== undefined && plainKey(machine.group) === key);
  if (found.length > 0) return found;
  const groups = [...new Set(machines.flatMap((machine) => machine.group ?? []))];
  if (groups.length === 0) throw new UsageError('usage.no-groups', 'there are no groups');
  throw new UsageError('usage.group', 'no machine is in this group', {
    details: { group, groups: groups.map(printable).join(', ') },
  });
}
