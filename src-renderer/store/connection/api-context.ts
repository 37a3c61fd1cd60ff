import { createContext, useContext } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';

const ApiContext = createContext<AppApiClient | undefined>(undefined);

/** React provider of the connection to the agent. After a reconnect it gets another connection. */
export const ApiProvider = ApiContext.Provider;

/**
 * Returns the connection to the agent, for hooks and components that make calls themselves or listen to events; most use `useCall`. Calls on a lost
 * connection reject with `control.lost`.
 */
export function useApi(): AppApiClient {
  const api = useContext(ApiContext);
  if (api === undefined) throw new TypeError('useApi() is for what stands inside an ApiProvider');
  return api;
}
