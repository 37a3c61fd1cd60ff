import type { PlatformHistoryEntry } from '#shared/platform/index.ts';

/** Longest time between two links of the same devices that count as one, ms. */
const GAP = 60_000;

/**
 * Merges links of the same two devices that began within a minute of each other's end: paths that the devices tried or renewed. The latest one says how it
 * ended, and an open one is open. Pure.
 * @param entries entries, the latest beginning first
 */
export function mergeEntries(entries: readonly PlatformHistoryEntry[]): PlatformHistoryEntry[] {
  const merged: PlatformHistoryEntry[] = [];
  /** Index of the latest row of two devices. */
  const rows = new Map<string, number>();
  for (const entry of entries) {
    const pair = pairOf(entry);
    const index = pair === undefined ? undefined : rows.get(pair);
    const later = index === undefined ? undefined : merged[index];
    if (index !== undefined && later !== undefined && later.startedAt - (entry.endedAt ?? later.startedAt) <= GAP) {
      merged[index] = joined(later, entry);
    } else {
      if (pair !== undefined) rows.set(pair, merged.length);
      merged.push(entry);
    }
  }
  return merged;
}

/** Returns a text for the two devices of a link; undefined for other entries. */
function pairOf({ kind, who, device }: PlatformHistoryEntry): string | undefined {
  return kind === 'link' ? [who.device, device?.id].join(' ') : undefined;
}

function joined(later: PlatformHistoryEntry, earlier: PlatformHistoryEntry): PlatformHistoryEntry {
  const isOpen = later.status === 'active' || earlier.status === 'active';
  const bytes = [later.bytes, earlier.bytes].filter((each) => each !== null);
  return {
    ...later,
    startedAt: earlier.startedAt,
    ...(isOpen && { status: 'active', endedAt: null, reason: null }),
    bytes: bytes.length === 0 ? null : { toDevice: sum(bytes, 'toDevice'), fromDevice: sum(bytes, 'fromDevice') },
  };
}

function sum<Key extends string>(values: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return values.reduce((total, value) => total + value[key], 0);
}
