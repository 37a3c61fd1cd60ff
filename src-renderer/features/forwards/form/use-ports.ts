import { useEffect, useState } from 'react';
import type { OpenPort } from '#shared/app-api/index.ts';
import { useApi } from '../../../store/index.ts';

/** Interval of asking the machine, ms: a program that the person starts there appears by itself. */
const INTERVAL = 5000;

/**
 * Asks a machine every five seconds for the ports on which its programs listen. Returns undefined before the first answer and for a machine that names
 * none; then the person types the port.
 * @param peerId undefined asks no machine
 */
export function usePorts(peerId: string | undefined): readonly OpenPort[] | undefined {
  const api = useApi();
  const [found, setFound] = useState<Readonly<{ peerId: string; ports: readonly OpenPort[] }>>();
  useEffect(() => {
    if (peerId === undefined) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        const { ports } = await api.call('forwards.ports', { peer: peerId }, { signal: stop.signal });
        setFound(ports === null ? undefined : { peerId, ports });
      } catch {
        // The person can type the port; a lost machine is shown elsewhere.
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void poll(), INTERVAL);
    };
    void poll();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [api, peerId]);
  return found !== undefined && found.peerId === peerId ? found.ports : undefined;
}
