import { useEffect } from 'react';
import { applyPeer, useApi, useApp } from '../../../store/index.ts';
import { MeasuringLoop } from '../../peers/index.ts';
import { browserClock } from '../../../ui/index.ts';

/** Interval of asking the agent for the peer, ms. The agent measures the link of an open terminal anyway. */
const INTERVAL = 3000;

/**
 * Keeps the peer's path in the store up to date while the status bar shows its terminal and the page is visible: asks the agent every three seconds.
 * The peer notices nothing.
 */
export function useLivePath(peerId: string): void {
  const api = useApi();
  const isShown = useApp((state) => state.place.page === 'terminals');
  useEffect(() => {
    const fetch = async (signal: AbortSignal): Promise<void> =>
      applyPeer(await api.call('peers.get', { peer: peerId }, { signal }));
    const loop = new MeasuringLoop(browserClock, fetch, INTERVAL);
    const refresh = (): void => loop.setActive(isShown && document.visibilityState === 'visible');
    refresh();
    document.addEventListener('visibilitychange', refresh);
    return () => {
      loop.stop();
      document.removeEventListener('visibilitychange', refresh);
    };
  }, [api, isShown, peerId]);
}
