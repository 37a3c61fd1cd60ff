import { useLayoutEffect, useSyncExternalStore } from 'react';

/** ID of the terminal whose dialog of sharing is open; undefined without one. */
let shown: string | undefined;
const listeners = new Set<() => void>();

function set(terminal: string | undefined): void {
  shown = terminal;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Records while it is mounted that a dialog shows the guests of a terminal, so that each is asked about once. */
export function useShowsGuestsOf(terminal: string): void {
  useLayoutEffect(() => {
    set(terminal);
    return () => set(undefined);
  }, [terminal]);
}

/** Returns the ID of the terminal whose guests a dialog shows; undefined without one. */
export function useTerminalOfDialog(): string | undefined {
  return useSyncExternalStore(subscribe, () => shown);
}
