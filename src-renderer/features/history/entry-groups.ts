import type { HistoryEntry, PeerView } from '#shared/app-api/index.ts';

/** Entries that one row shows: one, or the permissions of one machine that were changed together, newest first. */
export type EntryGroup = readonly [HistoryEntry, ...HistoryEntry[]];

/** Longest time between two changes of permissions that one press has made, ms. */
const TOGETHER = 2000;

/** Combines permissions of a machine that were changed together, such as by a preset. Keeps the order. Pure. */
export function groupEntries(entries: readonly HistoryEntry[]): readonly EntryGroup[] {
  const groups: [HistoryEntry, ...HistoryEntry[]][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last !== undefined && isTogether(last[last.length - 1] ?? last[0], entry)) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function isTogether(one: HistoryEntry, next: HistoryEntry): boolean {
  return (
    one.kind === 'permission' &&
    next.kind === 'permission' &&
    one.peerId !== null &&
    one.peerId === next.peerId &&
    Math.abs(one.startedAt - next.startedAt) <= TOGETHER
  );
}

/** Gives an entry the present name of its machine, which may have been renamed since; the name of that time if the machine is known no more. Pure. */
export function withPresentName(
  entry: HistoryEntry,
  peers: readonly Pick<PeerView, 'peerId' | 'name'>[],
): HistoryEntry {
  const name = peers.find(({ peerId }) => peerId === entry.peerId)?.name;
  return name === undefined ? entry : { ...entry, peerName: name };
}
