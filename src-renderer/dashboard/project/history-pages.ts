import type { PlatformHistoryEntry, RouteOutput } from '#shared/platform/index.ts';

/** Entries of a history, the latest first, and the position of those that follow; null: there are none. */
export type HistoryPage = RouteOutput<'history.list'>;

/** Most pages to read again of what was shown. What is below can be read once more. */
const MOST_PAGES = 40;

/**
 * Reads what follows the first page, until the oldest entry that was shown. Entries that have begun since push others off the first page, and all may
 * have changed, so older pages that were read before can't be kept.
 * @param read reads the page before a position
 */
export async function readDownTo(
  oldest: PlatformHistoryEntry,
  first: HistoryPage,
  read: (before: string) => Promise<HistoryPage>,
): Promise<HistoryPage> {
  const entries = [...first.entries];
  let { next } = first;
  for (let pages = 0; next !== null && !reaches(entries, oldest) && pages < MOST_PAGES; pages += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next one
    const page: HistoryPage = await read(next);
    entries.push(...page.entries);
    ({ next } = page);
  }
  return { entries: withoutRepeats(entries), next };
}

/** Returns two pages as one. Pure. */
export function joinPages(first: HistoryPage, older: HistoryPage): HistoryPage {
  return { entries: withoutRepeats([...first.entries, ...older.entries]), next: older.next };
}

function reaches(entries: readonly PlatformHistoryEntry[], oldest: PlatformHistoryEntry): boolean {
  return entries.some(({ id, startedAt }) => id === oldest.id || startedAt < oldest.startedAt);
}

/** Keeps the first of entries with the same ID, which was read first and so comes first. */
function withoutRepeats(entries: readonly PlatformHistoryEntry[]): PlatformHistoryEntry[] {
  const known = new Set<string>();
  return entries.filter(({ id }) => !known.has(id) && known.add(id));
}
