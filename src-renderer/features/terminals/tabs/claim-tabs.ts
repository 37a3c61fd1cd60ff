import { PLACE_KEYS, TABS_KEY } from '../../../store/index.ts';
import { terminalHostKey } from '../session/terminal-host.ts';
import { readTabs, terminalHost, writeTabs, type SavedTerminal, type TabStorage } from './saved-tabs.ts';
import { lockName } from './tab-lock.ts';

/** Key in the session storage for the place of this browser tab, which its reload takes again. */
const PLACE = 'clawreach.terminals.place';
/** Longest wait for that place, ms. */
const RELOAD_WITHIN = 2000;

/** Storages and locks of a browser tab. */
export type BrowserPlaces = Readonly<{
  storage: TabStorage;
  session: TabStorage;
  locks: Pick<LockManager, 'request' | 'query'>;
}>;

/**
 * Returns the storage for the terminals of this browser tab. Each tab of a browser has a place of its own in the local storage, which it locks while it
 * lives, so that a second tab restores nothing that the first one shows. A new tab takes over what tabs that are closed by now have stored, except for
 * terminals that another tab shows.
 * @param reloadWithin longest wait for the place of before, ms. At a reload the page before gives it up late; a duplicate of a tab waits in vain.
 */
export async function claimTabs(
  { storage, session, locks }: BrowserPlaces,
  reloadWithin = RELOAD_WITHIN,
): Promise<TabStorage> {
  const before = session.getItem(PLACE);
  const place = await takePlace(before, locks, reloadWithin);
  if (place === undefined) return storage;
  session.setItem(PLACE, place);
  const own = storageOf(storage, place);
  const { held = [] } = await locks.query();
  const names = new Set(held.map(({ name }) => name));
  const isShown = (terminal: SavedTerminal): boolean =>
    names.has(lockName(`${terminalHostKey(terminalHost(terminal))} ${terminal.terminal}`));
  if (place !== before) writeTabs(own, readTabs(own, isShown));
  for (const other of PLACE_KEYS) {
    const left = storageOf(storage, other);
    if (other === place || names.has(other) || left.getItem(TABS_KEY) === null) continue;
    const release = await hold(locks, other, { ifAvailable: true });
    if (release === undefined) continue;
    const tabs = readTabs(left, isShown);
    if (tabs.length > 0) writeTabs(own, [...readTabs(own), ...tabs]);
    writeTabs(left, []);
    release();
  }
  return own;
}

let claimed: Promise<TabStorage> | undefined;

/** Returns the storage for the terminals of this browser tab, claimed once for the life of its page. */
export function ownTabs(): Promise<TabStorage> {
  claimed ??=
    // A page without TLS has no locks, and shares one list with all other tabs.
    'locks' in navigator
      ? claimTabs({ storage: localStorage, session: sessionStorage, locks: navigator.locks }).catch(() => localStorage)
      : Promise.resolve(localStorage);
  return claimed;
}

/** Locks the place of before, or the first free one, for the life of this page. @returns undefined if all are taken */
async function takePlace(
  before: string | null,
  locks: BrowserPlaces['locks'],
  reloadWithin: number,
): Promise<string | undefined> {
  const wait = { signal: AbortSignal.timeout(reloadWithin) };
  if (before !== null && PLACE_KEYS.includes(before) && (await hold(locks, before, wait)) !== undefined) return before;
  for (const place of PLACE_KEYS) if ((await hold(locks, place, { ifAvailable: true })) !== undefined) return place;
  return undefined;
}

/**
 * Locks a place.
 * @returns the function that gives it up; undefined if another tab has it
 */
async function hold(
  locks: BrowserPlaces['locks'],
  place: string,
  options: LockOptions,
): Promise<(() => void) | undefined> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  return await new Promise((resolve) => {
    locks
      .request(place, options, async (lock) => {
        resolve(lock === null ? undefined : release);
        if (lock !== null) await released;
      })
      .catch(() => resolve(undefined));
  });
}

/** Returns the storage in which the tabs of a place stand under their usual key. */
function storageOf(storage: TabStorage, place: string): TabStorage {
  const key = (name: string): string => (name === TABS_KEY ? place : name);
  return {
    getItem: (name) => storage.getItem(key(name)),
    setItem: (name, value) => storage.setItem(key(name), value),
  };
}
