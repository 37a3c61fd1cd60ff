import { createContext, useContext } from 'react';
import type { AppApiClient } from '#shared/app-api/index.ts';

const ApiContext = createContext<AppApiClient | undefined>(undefined);

/** Provides the connection to everything inside. A reconnect provides another one. */
export const ApiProvider = ApiContext.Provider;

/** Returns the connection to the agent; calls on a lost one reject with `control.lost`. */
export function useApi(): AppApiClient {
  const api = useContext(ApiContext);
  if (api === undefined) throw new TypeError('useApi() is for what stands inside an ApiProvider');
  return api;
}
