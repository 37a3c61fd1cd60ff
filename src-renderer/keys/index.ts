export { ACTIONS, DEFAULT_KEYS, SCOPES, scopeOf, type Action, type Scope } from './actions.ts';
export { defaultKeysOf } from './browser-tab.ts';
export { combinationsOf, isAllowed, patternOf, type KeyPress } from './combination.ts';
export { buttonShortcut, pressedAction, shortcutOf, suspendShortcuts, useShortcutOf } from './current.ts';
export { conflictsOf, findAction, keysFor, type Focus, type PressedAction } from './find-action.ts';
export { ariaCombination, capsOf, combinationText, shownKeys } from './key-text.ts';
