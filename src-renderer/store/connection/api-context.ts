import { createContext, useContext } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';

const ApiContext = createContext<AppApiClient | undefined>(undefined);

/** `<ApiProvider value={api}>`: the connection for everything inside. After a reconnect it is another one. */
export const ApiProvider = ApiContext.Provider;

/** The connection to the agent; calls on one that is gone reject with `control.lost`. */
export function useApi(): AppApiClient {
  const api = useContext(ApiContext);
  if (api === undefined) throw new TypeError('useApi() is for what stands inside an ApiProvider');
  return api;
}
