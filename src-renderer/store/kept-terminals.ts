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
