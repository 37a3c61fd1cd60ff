import { useApp } from '../store/index.ts';
import { DEFAULT_KEYS, type Action } from './actions.ts';
import { normalize } from './combination.ts';

/**
 * Combinations that browsers keep for themselves: no page gets them, or can stop what they do. Those of Chromium's
 * `BrowserCommandController::IsReservedCommandOrKey`, and of Firefox' keys with the attribute `reserved`.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'Mod+N',
  'Mod+T',
  'Mod+W',
  'Mod+Q',
  'Mod+Shift+N',
  'Mod+Shift+P',
  'Mod+Shift+Q',
  'Mod+Shift+T',
  'Mod+Shift+W',
  'Mod+PageDown',
  'Mod+PageUp',
  'Mod+Tab',
  'Mod+Shift+Tab',
  // On a Mac, another key than those with the command key.
  'Ctrl+Tab',
  'Ctrl+Shift+Tab',
]);

/** Default keys in place of reserved ones. */
const TAB_KEYS: Partial<Readonly<Record<Action, readonly string[]>>> = {
  'window.pair': ['Alt+Shift+P'],
  'terminal.new': ['Alt+Shift+T'],
  'terminal.close': ['Alt+Shift+W'],
  'terminal.next-tab': ['Alt+PageDown'],
  'terminal.previous-tab': ['Alt+PageUp'],
};

/** Reports whether the window is a page in a tab of a browser, which has keys of its own. An installed page has a window without tabs. */
export function isInBrowserTab(): boolean {
  return (
    useApp.getState().facts?.kind === 'browser' &&
    globalThis.matchMedia?.('(display-mode: standalone)').matches !== true
  );
}

/** Reports whether a browser keeps the combination for itself. Pure. */
export function isReserved(combination: string, isMac: boolean): boolean {
  return RESERVED.has(normalize(combination, isMac));
}

/** Returns the default keys of an action, in a browser tab those that a page gets. */
export function defaultKeysOf(action: Action, isInTab = isInBrowserTab()): readonly string[] {
  return (isInTab ? TAB_KEYS[action] : undefined) ?? DEFAULT_KEYS[action];
}
