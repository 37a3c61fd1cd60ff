import * as z from 'zod';
import { safeParse } from '#shared/safe-parse.ts';

/** Key in the storage of the tabs with their terminals, which are resumed at the next start. */
export const TABS_KEY = 'clawreach.terminals';
/**
 * Keys of the tabs in the storage that all tabs of a browser share, one for each browser tab: its place. The first one is that of the only list of
 * earlier versions.
 */
export const PLACE_KEYS: readonly string[] = [
  TABS_KEY,
  ...Array.from({ length: 31 }, (_, index) => `${TABS_KEY}.${index + 1}`),
];
/** Key in the storage of the terminals that were left running. */
export const LEFT_KEY = 'clawreach.terminals.left';

/**
 * Reports whether the window had terminals when it was closed, which may run on. Read before the page of terminals, which restores them, is loaded.
 * @param storage returns the storage; throws where the browser stores nothing for pages
 */
export function hasKeptTerminals(storage: () => Pick<Storage, 'getItem'>): boolean {
  try {
    return [...PLACE_KEYS, LEFT_KEY].some((key) => !['', '[]'].includes(storage().getItem(key) ?? ''));
  } catch {
    return false;
  }
}

/** Part of a stored tab that names its terminals: one, or several of a split tab. */
const ends = z.object({ peerId: z.string(), terminal: z.string(), ended: z.undefined().optional() });
const tabs = z.array(z.union([z.object({ panes: z.array(z.unknown()) }).transform(({ panes }) => panes), z.unknown()]));

/**
 * Returns the number of terminals that this browser has on each peer, by peer ID: those of all its windows, and those left running.
 * @param storage throws where the browser stores nothing for pages
 */
export function countKeptTerminals(storage: () => Pick<Storage, 'getItem'>): ReadonlyMap<string, number> {
  const found = new Map<string, Set<string>>();
  for (const key of [...PLACE_KEYS, LEFT_KEY])
    for (const entry of readAll(storage, key)) {
      const { data } = safeParse(ends, entry);
      if (data !== undefined) found.set(data.peerId, (found.get(data.peerId) ?? new Set()).add(data.terminal));
    }
  return new Map([...found].map(([peerId, terminals]) => [peerId, terminals.size]));
}

/** Forgets all terminals: they have ended with the keys by which they were opened. */
export function forgetKeptTerminals(storage: () => Pick<Storage, 'removeItem'>): void {
  try {
    for (const key of [...PLACE_KEYS, LEFT_KEY]) storage().removeItem(key);
  } catch {
    // Nothing was stored.
  }
}

function readAll(storage: () => Pick<Storage, 'getItem'>, key: string): readonly unknown[] {
  try {
    return (safeParse(tabs, JSON.parse(storage().getItem(key) ?? '[]')).data ?? []).flat();
  } catch {
    return [];
  }
}
