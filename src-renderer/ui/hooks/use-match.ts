import { useCallback, useSyncExternalStore } from 'react';

/** Reports whether the window matches a media query, and renders again when that changes. */
export function useMatch(query: string): boolean {
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
