import { groupMachines as group, type MachineGroup, type PeerView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** Entry of the person's order, as the call `peers.arrange` takes it. */
export type ArrangedMachine = Readonly<{ peer: string; group: string | null }>;

/** Groups machines in the person's order, with names compared in the window's language. */
export function groupMachines(machines: readonly PeerView[]): readonly MachineGroup[] {
  return group(machines, compareNames);
}

/** Lists the names of the groups in their order. Pure. */
export function groupNames(machines: readonly PeerView[]): readonly string[] {
  return groupMachines(machines).flatMap(({ name }) => name ?? []);
}

/**
 * Moves a machine one place up (`-1`) or down (`1`); at the edge of its group it goes into the next one. Pure.
 * @returns the new order; undefined if the machine can't move further
 */
export function moveBy(
  groups: readonly MachineGroup[],
  peerId: string,
  step: -1 | 1,
): readonly ArrangedMachine[] | undefined {
  const at = groups.findIndex(({ machines }) => machines.some((machine) => machine.peerId === peerId));
  const group = groups[at];
  if (group === undefined) return undefined;
  const index = group.machines.findIndex((machine) => machine.peerId === peerId);
  const neighbour = group.machines[index + step];
  if (neighbour !== undefined)
    return moveTo(groups, peerId, group.name, step === -1 ? neighbour.peerId : group.machines[index + 2]?.peerId);
  const next = groups[at + step];
  if (next === undefined) return undefined;
  return moveTo(groups, peerId, next.name, step === -1 ? undefined : next.machines[0]?.peerId);
}

/**
 * Moves a machine into a group, before another machine there. Pure.
 * @param before undefined: to the end of the group
 */
export function moveTo(
  groups: readonly MachineGroup[],
  peerId: string,
  group: string | null,
  before?: string,
): readonly ArrangedMachine[] {
  const others = entriesOf(groups).filter(({ peer }) => peer !== peerId);
  const entry = { peer: peerId, group };
  const found = before === undefined ? -1 : others.findIndex(({ peer }) => peer === before);
  const last = others.findLastIndex((other) => other.group === group);
  const at = found !== -1 ? found : last === -1 ? others.length : last + 1;
  return others.toSpliced(at, 0, entry);
}

/** Gives a group another name; null removes the group and keeps its machines. Pure. */
export function renameGroup(
  groups: readonly MachineGroup[],
  name: string,
  renamed: string | null,
): readonly ArrangedMachine[] {
  return entriesOf(groups).map((entry) => (entry.group === name ? { ...entry, group: renamed } : entry));
}

/** Moves a group one place up (`-1`) or down (`1`) among the named groups. Pure. @returns undefined if it can't move further */
export function moveGroup(
  groups: readonly MachineGroup[],
  name: string,
  step: -1 | 1,
): readonly ArrangedMachine[] | undefined {
  const at = groups.findIndex((group) => group.name === name);
  const group = groups[at];
  const other = groups[at + step];
  if (group === undefined || other === undefined || other.name === null) return undefined;
  return entriesOf(groups.toSpliced(at, 1).toSpliced(at + step, 0, group));
}

function entriesOf(groups: readonly MachineGroup[]): readonly ArrangedMachine[] {
  return groups.flatMap(({ name, machines }) => machines.map(({ peerId }) => ({ peer: peerId, group: name })));
}
