import { useCallback, useState } from 'react';
import type { OpenPort } from '#shared/app-api/index.ts';
import { useApi, usePolling } from '../../../store/index.ts';

/** Interval of asking the machine, ms: a program that the person starts there appears by itself. */
const INTERVAL = 5000;

/**
 * Asks a machine every five seconds for the ports on which its programs listen. Returns undefined before the first answer and for a machine that names
 * none; then the person types the port. A lost machine is shown elsewhere.
 * @param peerId undefined asks no machine
 */
export function usePorts(peerId: string | undefined): readonly OpenPort[] | undefined {
  const api = useApi();
  const [found, setFound] = useState<Readonly<{ peerId: string; ports: readonly OpenPort[] }>>();
  const ask = useCallback(
    async (signal: AbortSignal): Promise<void> => {
      if (peerId === undefined) return;
      const { ports } = await api.call('forwards.ports', { peer: peerId }, { signal });
      setFound(ports === null ? undefined : { peerId, ports });
    },
    [api, peerId],
  );
  usePolling(peerId === undefined ? undefined : ask, INTERVAL);
  return found !== undefined && found.peerId === peerId ? found.ports : undefined;
}
