import { useId, useLayoutEffect, useSyncExternalStore } from 'react';

/** React IDs of the open dialogs, the newest last. */
let stack: readonly string[] = [];
const listeners = new Set<() => void>();

function set(next: readonly string[]): void {
  stack = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Reports whether a newer dialog covers this one, for example because the tray, a link or another device needs an answer. `Modal` hides a covered
 * dialog, which keeps its input and returns when the newer one has closed.
 */
export function useIsCovered(open: boolean): boolean {
  const id = useId();
  const all = useSyncExternalStore(subscribe, () => stack);
  useLayoutEffect(() => {
    if (!open) return undefined;
    set([...stack, id]);
    return () => set(stack.filter((other) => other !== id));
  }, [open, id]);
  return all.includes(id) && all.at(-1) !== id;
}

/** Reports whether a dialog is open. */
export function useHasModal(): boolean {
  return useSyncExternalStore(subscribe, () => stack.length > 0);
}
