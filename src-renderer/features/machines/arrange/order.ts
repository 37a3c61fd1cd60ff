import type { PeerView } from '#shared/app-api/index.ts';
import { compareNames } from '../../../locale/index.ts';

/** Orders of the list of machines: the person's own, by name, or those used last first. */
export const MACHINE_ORDERS = ['mine', 'name', 'recent'] as const;
export type MachineOrder = (typeof MACHINE_ORDERS)[number];

/** Machines under one heading. `name`: null for those without a group. */
export type MachineGroup = Readonly<{ name: string | null; machines: readonly PeerView[] }>;

/** Entry of the person's order, as the call `peers.arrange` takes it. */
export type ArrangedMachine = Readonly<{ peer: string; group: string | null }>;

/**
 * Sorts machines by name in natural order (`office-2` before `office-10`). The ID decides between equal names, so that rows keep their positions.
 * Pure.
 */
export function sortByName(machines: readonly PeerView[]): readonly PeerView[] {
  return machines.toSorted(byName);
}

/** Sorts machines by the time of their last use, those used last first; those never used follow by name. Pure. @param usedAt ms since 1970, by ID */
export function sortByUse(
  machines: readonly PeerView[],
  usedAt: Readonly<Record<string, number>>,
): readonly PeerView[] {
  return machines.toSorted(
    (one, other) => (usedAt[other.peerId] ?? 0) - (usedAt[one.peerId] ?? 0) || byName(one, other),
  );
}

/**
 * Groups machines in the person's order: a group stands where its first machine does, and machines without a group come last. New machines follow
 * the arranged ones by name. Pure.
 */
export function groupMachines(machines: readonly PeerView[]): readonly MachineGroup[] {
  const sorted = machines.toSorted(
    (one, other) => (one.position ?? Infinity) - (other.position ?? Infinity) || byName(one, other),
  );
  const groups = Map.groupBy(sorted, ({ group }) => group ?? null);
  const named = [...groups].filter(([name]) => name !== null);
  const rest = groups.get(null);
  return [...named, ...(rest === undefined ? [] : [[null, rest] as const])].map(([name, members]) => ({
    name,
    machines: members,
  }));
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

function byName(one: PeerView, other: PeerView): number {
  return compareNames(one.name, other.name) || Number(one.peerId > other.peerId) - Number(one.peerId < other.peerId);
}
