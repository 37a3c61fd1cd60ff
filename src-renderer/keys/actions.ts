import { usesCommandKey } from '../locale/index.ts';

/**
 * Default keys of every action that has shortcuts, in the order of the settings and of the list of keys. The part before the dot is the scope:
 *
 * - `window`: everywhere, except where a dialog or menu is open;
 * - `terminal`: on the page of terminals;
 * - `machine`: on a focused row of a machine;
 * - `inbox`: on the inbox.
 */
export const DEFAULT_KEYS = {
  'window.palette': ['Mod+K', 'Mod+Shift+K'],
  'window.page': ['Mod+#'],
  'window.settings': ['Mod+,'],
  'window.pair': ['Mod+Shift+P'],
  'window.next-region': ['F6', 'Ctrl+F6', 'Mod+B'],
  'window.previous-region': ['Shift+F6', 'Ctrl+Shift+F6'],
  'window.larger': ['Mod++', 'Mod+='],
  'window.smaller': ['Mod+-'],
  'window.normal-size': ['Mod+0'],
  'window.keys': ['?'],
  'terminal.new': ['Mod+Shift+T'],
  'terminal.split-right': ['Mod+Shift+E'],
  'terminal.split-below': ['Mod+Shift+O'],
  'terminal.search': ['Mod+Shift+F'],
  'terminal.close': ['Mod+Shift+W'],
  'terminal.copy': [usesCommandKey ? 'Mod+C' : 'Mod+Shift+C'],
  'terminal.leave': ['Mod+Shift+Escape'],
  'terminal.fill-tab': ['Mod+Shift+Enter'],
  'terminal.next-tab': ['Mod+PageDown', 'Ctrl+Tab'],
  'terminal.previous-tab': ['Mod+PageUp', 'Ctrl+Shift+Tab'],
  'terminal.tab': ['Alt+#'],
  'terminal.focus-side': ['Mod+Shift+Arrows'],
  'terminal.resize': ['Alt+Shift+Arrows'],
  'terminal.move-tab-left': ['Mod+Shift+PageUp'],
  'terminal.move-tab-right': ['Mod+Shift+PageDown'],
  'terminal.duplicate': ['Mod+Shift+D'],
  'terminal.reopen': ['Mod+Shift+Z'],
  'terminal.scroll-top': ['Mod+Shift+Home'],
  'terminal.scroll-bottom': ['Mod+Shift+End'],
  'terminal.clear': ['Mod+Shift+L'],
  'terminal.broadcast': ['Mod+Shift+I'],
  'machine.terminal': ['T'],
  'machine.forward': ['F'],
  'machine.send': ['S'],
  'inbox.approve': ['A'],
  'inbox.hour': ['H'],
  // Not the key of "Approve once": a relay lasts until another one is set.
  'inbox.relay': ['U'],
  'inbox.decline': ['N'],
  'inbox.select': ['X'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Action that has shortcuts. */
export type Action = keyof typeof DEFAULT_KEYS;

/** Scopes of shortcuts, in their order. */
export const SCOPES = ['window', 'terminal', 'machine', 'inbox'] as const;
/** Part of the window in which an action's keys count. */
export type Scope = (typeof SCOPES)[number];

/** All actions in their order. */
export const ACTIONS = Object.keys(DEFAULT_KEYS) as readonly Action[];

/** Returns the scope of an action. Pure. */
export function scopeOf(action: Action): Scope {
  return SCOPES.find((scope) => action.startsWith(`${scope}.`)) ?? 'window';
}
