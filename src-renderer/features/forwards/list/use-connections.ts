import { useCallback, useState } from 'react';
import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import { useApi, useApp, usePolling } from '../../../store/index.ts';

/** Interval of asking the agent, ms. The agent sends no events about connections. */
const INTERVAL = 1000;

/**
 * Asks the agent every second for the open connections of all forwards, oldest first. Returns undefined before the first answer, and the previous list
 * while the agent is lost, for which there is a banner.
 */
export function useConnections(): readonly ForwardConnectionView[] | undefined {
  const api = useApi();
  const connection = useApp((state) => state.connection);
  const [connections, setConnections] = useState<readonly ForwardConnectionView[]>();
  const ask = useCallback(
    async (signal: AbortSignal): Promise<void> =>
      setConnections(await api.call('forwards.connections', {}, { signal })),
    [api],
  );
  usePolling(connection === 'ready' ? ask : undefined, INTERVAL);
  return connections;
}
