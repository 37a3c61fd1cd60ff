import { createContext, useContext, useSyncExternalStore } from 'react';
import { addressOf, routeOf, type Route } from './routes.ts';

const listeners = new Set<() => void>();
/** Page that a person has just left by a link or button. */
let left: Route['page'] | undefined;
let known: Readonly<{ address: string; route: Route }> | undefined;

/** Returns the place that the address of the page names. */
export function currentRoute(): Route {
  const { pathname, search } = window.location;
  const address = `${pathname}${search}`;
  if (known?.address !== address) known = { address, route: routeOf(pathname, search) };
  return known.route;
}

/** Context with a place to show instead of that of the address, for stories. */
export const RouteContext = createContext<Route | undefined>(undefined);

/** Returns the place that the address names, and renders again when it changes. */
export function useRoute(): Route {
  const given = useContext(RouteContext);
  const route = useSyncExternalStore(listen, currentRoute);
  return given ?? route;
}

/** Returns the page from which a link or button has led to the one that is shown; undefined where the browser loaded it, or it took the place of another one. */
export function pageBefore(): Route['page'] | undefined {
  return left;
}

/**
 * Goes to another place of the dashboard.
 * @param options.replace the place takes the current one's entry in the history, so that Back doesn't return to it
 */
export function goTo(
  target: Exclude<Route, { page: 'missing' }> | string,
  { replace = false }: Readonly<{ replace?: boolean }> = {},
): void {
  const address = typeof target === 'string' ? target : addressOf(target);
  left = replace ? undefined : currentRoute().page;
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  for (const listener of listeners) listener();
}

function listen(changed: () => void): () => void {
  listeners.add(changed);
  window.addEventListener('popstate', changed);
  return () => {
    listeners.delete(changed);
    window.removeEventListener('popstate', changed);
  };
}
