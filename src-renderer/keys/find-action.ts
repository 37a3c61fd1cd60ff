import type { KeySettings } from '#shared/app-api/index.ts';
import { usesCommandKey } from '../locale/index.ts';
import { ACTIONS, scopeOf, type Action, type Scope } from './actions.ts';
import {
  combinationsOf,
  isForProgram,
  isTyped,
  matchCombination,
  overlap,
  type KeyPress,
  type Match,
} from './combination.ts';
import { defaultKeysOf, isInBrowserTab, isReserved } from './browser-tab.ts';

/** Element that has the focus, as far as it matters to shortcuts: the program in a terminal and a text field get keys of their own. */
export type Focus = 'terminal' | 'field' | 'other';

/** Pressed action, with the digit or arrow key of a combination that stands for several. */
export type PressedAction = Readonly<{ action: Action }> & Match;

/** Returns the combinations of an action: those that the person has chosen, or its default ones; in a browser tab without those that browsers keep. */
export function keysFor(action: Action, settings: KeySettings, isInTab = isInBrowserTab()): readonly string[] {
  const keys = settings[action] ?? defaultKeysOf(action, isInTab);
  return isInTab ? keys.filter((each) => !isReserved(each, usesCommandKey)) : keys;
}

/** Finds the action of a scope for a key press; the first one in the list counts. @returns undefined if the key is for others */
export function findAction(
  press: KeyPress,
  scope: Scope,
  { settings, focus, isMac }: Readonly<{ settings: KeySettings; focus: Focus; isMac: boolean }>,
): PressedAction | undefined {
  const pressed = combinationsOf(press, isMac).filter(
    (each) =>
      (focus === 'other' || !isTyped(each)) &&
      (scope !== 'window' || focus !== 'terminal' || !isForProgram(each, isMac)),
  );
  for (const each of pressed)
    for (const action of ACTIONS) {
      if (scopeOf(action) !== scope) continue;
      for (const combination of keysFor(action, settings)) {
        const match = matchCombination(combination, each, isMac);
        if (match !== undefined) return { action, ...match };
      }
    }
  return undefined;
}

/** Lists the other actions that the same key press could mean: those of the same scope, and those of the whole window. */
export function conflictsOf(action: Action, settings: KeySettings, isMac: boolean): readonly Action[] {
  const scope = scopeOf(action);
  return ACTIONS.filter((other) => {
    if (other === action) return false;
    const otherScope = scopeOf(other);
    if (scope !== otherScope && scope !== 'window' && otherScope !== 'window') return false;
    return keysFor(action, settings).some((one) => keysFor(other, settings).some((two) => overlap(one, two, isMac)));
  });
}
