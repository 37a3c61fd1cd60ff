import { useCallback } from 'react';
import { noteUsedHere, useApi, useApp, useIsWithout, usePolling } from '../store/index.ts';

/** Time between two requests, ms. */
const INTERVAL = 5000;

/** Keeps in the store which peers use terminals of this machine (`terminal.served`), for the marks beside their names. */
export function useUsedHere(): void {
  const api = useApi();
  const isReady = useApp(({ connection }) => connection === 'ready');
  // A browser serves nothing, so no one asks it for anything (ADR 53).
  const servesNothing = useIsWithout('inbox');
  const ask = useCallback(
    async (signal: AbortSignal): Promise<void> => {
      const served = await api.call('terminal.served', {}, { signal });
      if (!signal.aborted) noteUsedHere(served);
    },
    [api],
  );
  usePolling(isReady && !servesNothing ? ask : undefined, INTERVAL);
}
