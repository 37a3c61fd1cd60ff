import type { PeerView } from './schemas/peer-schema.ts';

/** Part of a machine's view on which its place in lists depends. */
type Placed = Pick<PeerView, 'peerId' | 'name' | 'group' | 'position' | 'usedAt' | 'browser'>;

/** Machines under one heading. `name`: null for those without a group. */
export type MachineGroup<Machine = PeerView> = Readonly<{ name: string | null; machines: readonly Machine[] }>;

/** Function that compares two names in the language of the reader. */
type Compare = (one: string, other: string) => number;

/**
 * Groups machines in the person's order: a group stands where its first machine does, and machines without a group come last. New machines follow
 * the arranged ones by name, then browsers. Windows, the tray and commands list machines by it. Pure.
 */
export function groupMachines<Machine extends Placed>(
  machines: readonly Machine[],
  compare: Compare,
): readonly MachineGroup<Machine>[] {
  const sorted = machines.toSorted(
    (one, other) => (one.position ?? Infinity) - (other.position ?? Infinity) || byName(one, other, compare),
  );
  const groups = Map.groupBy(sorted, ({ group }) => group ?? null);
  const named = [...groups].filter(([name]) => name !== null);
  const rest = groups.get(null);
  return [...named, ...(rest === undefined ? [] : [[null, rest] as const])].map(([name, members]) => ({
    name,
    machines: members,
  }));
}

/** Sorts machines by name, with browsers, which serve no terminals, after them. The ID decides between equal names, so that rows keep their positions. Pure. */
export function sortByName<Machine extends Placed>(machines: readonly Machine[], compare: Compare): readonly Machine[] {
  return machines.toSorted((one, other) => byName(one, other, compare));
}

/** Sorts machines by the time of their last use, those used last first; those never used follow by name. Pure. */
export function sortByUse<Machine extends Placed>(machines: readonly Machine[], compare: Compare): readonly Machine[] {
  return machines.toSorted((one, other) => (other.usedAt ?? 0) - (one.usedAt ?? 0) || byName(one, other, compare));
}

function byName(one: Placed, other: Placed, compare: Compare): number {
  const browsersLast = Number(one.browser !== undefined) - Number(other.browser !== undefined);
  if (browsersLast !== 0) return browsersLast;
  return compare(one.name, other.name) || Number(one.peerId > other.peerId) - Number(one.peerId < other.peerId);
}
