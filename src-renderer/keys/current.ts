import { usesCommandKey } from '../locale/index.ts';
import { useApp } from '../store/index.ts';
import { scopeOf, type Action, type Scope } from './actions.ts';
import { isForProgram, type KeyPress } from './combination.ts';
import { findAction, keysFor, type Focus, type PressedAction } from './find-action.ts';
import { ariaCombination, combinationText } from './key-text.ts';

/** True while the person presses new keys in the settings, which run no action then. */
let isSuspended = false;

/** Suspends all shortcuts of the window, so that the settings can record keys. @returns a function that ends this */
export function suspendShortcuts(): () => void {
  isSuspended = true;
  return () => {
    isSuspended = false;
  };
}

/** Returns the action of a scope that a key press means with the current keys and focus; undefined if the key is for others. */
export function pressedAction(press: KeyPress, scope: Scope): PressedAction | undefined {
  if (isSuspended) return undefined;
  return findAction(press, scope, {
    settings: useApp.getState().settings.keys,
    focus: focusNow(),
    isMac: usesCommandKey,
  });
}

/**
 * Names the first combination of an action, for display beside it; undefined if the person has removed its keys.
 * @param digit the digit in place of `#`, for an action with the keys 1 to 9
 */
export function shortcutOf(action: Action, digit?: number): string | undefined {
  const first = keysFor(action, useApp.getState().settings.keys)[0];
  if (first === undefined) return undefined;
  return combinationText(digit === undefined ? first : first.replace(/#$/, String(digit)));
}

/**
 * Names the first combination of an action that works everywhere, also while a terminal gives its keys to a program. The component renders again when
 * the keys change.
 */
export function useShortcutOf(action: Action): string | undefined {
  const chosen = useApp(({ settings }) => settings.keys);
  const keys = keysFor(action, chosen);
  const first = keys.find((each) => scopeOf(action) !== 'window' || !isForProgram(each, usesCommandKey)) ?? keys[0];
  return first === undefined ? undefined : combinationText(first);
}

/** Keys of an action as a button takes them: the text that its tooltip shows, and what screen readers read. Nothing if the person has removed the keys. */
export type ButtonShortcut = Readonly<{ keys?: string; 'aria-keyshortcuts'?: string }>;

/** Returns the first combination of an action for a button; the keys in the button's tooltip and for screen readers. */
export function buttonShortcut(action: Action): ButtonShortcut {
  const first = keysFor(action, useApp.getState().settings.keys)[0];
  return first === undefined
    ? {}
    : { keys: combinationText(first), 'aria-keyshortcuts': ariaCombination(first, usesCommandKey) };
}

function focusNow(): Focus {
  const focus = document.activeElement;
  if (focus === null) return 'other';
  if (focus.closest('.xterm') !== null) return 'terminal';
  const isField =
    focus instanceof HTMLTextAreaElement || (focus instanceof HTMLInputElement && !NO_TEXT.has(focus.type));
  return isField || (focus instanceof HTMLElement && focus.isContentEditable) ? 'field' : 'other';
}

/** Kinds of input elements in which one types no text. */
const NO_TEXT: ReadonlySet<string> = new Set([
  'button',
  'checkbox',
  'radio',
  'range',
  'submit',
  'reset',
  'color',
  'file',
]);
