import { useEffect, useState } from 'react';
import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import { useApi, useApp } from '../../../store/index.ts';

/** Interval of asking the agent, ms. The agent sends no events about connections. */
const INTERVAL = 1000;

/** Asks the agent every second for the open connections of all forwards, oldest first. Returns undefined before the first answer. */
export function useConnections(): readonly ForwardConnectionView[] | undefined {
  const api = useApi();
  const connection = useApp((state) => state.connection);
  const [connections, setConnections] = useState<readonly ForwardConnectionView[]>();
  useEffect(() => {
    if (connection !== 'ready') return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        setConnections(await api.call('forwards.connections', {}, { signal: stop.signal }));
      } catch {
        // The previous list stays; a lost agent has its own banner.
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void poll(), INTERVAL);
    };
    void poll();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [api, connection]);
  return connections;
}
