import { useCallback } from 'react';
import { useCall } from '../../../store/index.ts';

/**
 * Returns a function that counts the terminals that a peer has open on this machine (`terminal.served`). If the agent doesn't answer, it returns 0,
 * so that a right can be taken away in any case.
 */
export function useOpenTerminals(peerId: string): () => Promise<number> {
  const { run } = useCall('terminal.served');
  return useCallback(async () => {
    const served = await run({});
    return served?.filter((terminal) => terminal.peerId === peerId).length ?? 0;
  }, [run, peerId]);
}
