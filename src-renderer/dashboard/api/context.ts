import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import type { AccountView, RouteOutput, RouteParams, RouteQuery } from '#shared/platform/index.ts';
import type { PageFacts } from '#shared/relay-page/index.ts';
import { useFactsOf } from '../page-facts/index.ts';
import type { DashboardApi } from './create-dashboard.ts';
import type { EventsState } from './events.ts';
import type { Loaded, ReadRoute, ResourceName } from './resources.ts';
import type { SessionStatus } from './session.ts';

/** Context with the connection to the relay, which the root sets. */
export const DashboardContext = createContext<DashboardApi | undefined>(undefined);

/** Returns the connection to the relay. @throws {TypeError} outside of the dashboard */
export function useDashboard(): DashboardApi {
  const dashboard = useContext(DashboardContext);
  if (dashboard === undefined) throw new TypeError('not in the dashboard');
  return dashboard;
}

type Parts<Name extends ReadRoute> = Readonly<{ params?: RouteParams<Name>; query?: RouteQuery<Name> }>;

/**
 * Returns an answer of the API, reads it when it is shown first, and renders again when it changes. The answers of a route with the same parameters are
 * read once for all components.
 */
export function useResource<Name extends ReadRoute>(
  route: Name,
  { params, query }: Parts<Name> = {},
): Loaded<RouteOutput<Name>> {
  const { resources } = useDashboard();
  // Values, not identities: callers write the parameters again at each rendering.
  const key = JSON.stringify({ params, query });
  const name = useMemo<ResourceName>(
    () => ({ route, ...(JSON.parse(key) as Omit<ResourceName, 'route'>) }),
    [route, key],
  );
  const subscribe = useCallback((listener: () => void) => resources.subscribe(name, listener), [resources, name]);
  return useSyncExternalStore(subscribe, () => resources.status<Name>({ ...name, route }));
}

/** Returns what is known about the session, and renders again when it changes. */
export function useSession(): SessionStatus {
  const { session } = useDashboard();
  return useSyncExternalStore(
    useCallback((listener: () => void) => session.subscribe(listener), [session]),
    () => session.status,
  );
}

/** Returns the account that is signed in, for pages that are shown with one only. @throws {TypeError} if no one is */
export function useAccount(): AccountView {
  const status = useSession();
  if (status.state !== 'signed-in') throw new TypeError('no one is signed in');
  return status.account;
}

/** Returns the state of the socket of changes. */
export function useEventsState(): EventsState {
  const { events, onEventsState } = useDashboard();
  return useSyncExternalStore(onEventsState, () => events.state);
}

/** Reports whether the relay was asked about its page, and has answered or not. */
export function useIsPageAsked(): boolean {
  const { page } = useDashboard();
  return useSyncExternalStore(
    useCallback((listener: () => void) => page.subscribe(listener), [page]),
    () => page.isAsked,
  );
}

/** Returns version and fingerprint of the page; undefined until they are known. */
export function usePageFacts(): PageFacts | undefined {
  return useFactsOf(useDashboard().page);
}
