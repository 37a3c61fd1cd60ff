import { useCallback, useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { ArrivalGuard, type GuardedId, type Readiness } from './arrival-guard.ts';
import { browserClock } from '../hooks/browser-clock.ts';

/**
 * Creates the guard of the page's requests, and restarts its period whenever the window comes to the front.
 * @param ids IDs of the requests, in the order they are shown
 */
export function useArrivalGuard(ids: readonly GuardedId[]): ArrivalGuard {
  const [guard] = useState(() => new ArrivalGuard(browserClock));
  const key = JSON.stringify(ids);
  // Runs before the browser paints the change, and so before it can be pressed.
  useLayoutEffect(() => {
    guard.update(JSON.parse(key) as GuardedId[]);
  }, [guard, key]);
  useEffect(() => {
    const shown = (): void => {
      if (document.visibilityState === 'visible') guard.shown();
    };
    window.addEventListener('focus', shown);
    document.addEventListener('visibilitychange', shown);
    return () => {
      window.removeEventListener('focus', shown);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [guard]);
  useLayoutEffect(() => () => guard.clear(), [guard]);
  return guard;
}

/** Returns the readiness of one request, and renders again when it changes. */
export function useReadiness(guard: ArrivalGuard, id: GuardedId): Readiness {
  const subscribe = useCallback((listener: () => void) => guard.onChange(listener), [guard]);
  return useSyncExternalStore(subscribe, () => guard.readiness(id));
}
