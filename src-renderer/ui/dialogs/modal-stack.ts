import { useId, useLayoutEffect, useSyncExternalStore } from 'react';

/** Those that are open, the newest last. */
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
 * Whether a newer one stands before this one, as when the tray, a link or another device asks for something meanwhile: then it is not seen, keeps
 * what was typed, and is there again when the newer one has gone.
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
