import { combinationText, keysFor } from '../../../keys/index.ts';
import { useApp } from '../../../store/index.ts';

/** Times that a person sees the keys in the strip. */
const MOST = 5;
/** Key in `localStorage` of the number of times that they were seen. */
const STORAGE = 'clawreach.terminals.leave-hints';

/** On Windows, Ctrl+Shift+Esc opens the task manager, so the keys of the next region are named there. */
const LEAVE = navigator.platform.startsWith('Win') ? 'window.next-region' : 'terminal.leave';

/** Returns the keys that leave a terminal as text; undefined without any. Reads the store. */
export function leaveKeys(): string | undefined {
  const keys = keysFor(LEAVE, useApp.getState().settings.keys)[0];
  return keys === undefined ? undefined : combinationText(keys);
}

/**
 * Reports whether the strip names the keys that leave a terminal: the first five times that a person sees it for a terminal in front, until the person has used
 * the keys. Screen readers and the list of shortcuts always have them.
 */
export function hasLeaveHints(): boolean {
  return seen() < MOST;
}

/** Counts a hint that the person has seen. */
export function countLeaveHint(): void {
  localStorage.setItem(STORAGE, String(seen() + 1));
}

function seen(): number {
  return Number(localStorage.getItem(STORAGE) ?? 0);
}

/** Stops the hint: the person has used the keys. */
export function endLeaveHint(): void {
  localStorage.setItem(STORAGE, String(MOST));
}
