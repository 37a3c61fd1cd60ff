import { useEffect } from 'react';
import { applyPeer, useApi, useApp } from '../../../store/index.ts';
import { MeasuringLoop } from '../../peers/index.ts';
import { browserClock } from '../../../ui/index.ts';

/** Interval of fetching the peer's path, ms. The link of an open terminal is measured anyway. */
const INTERVAL = 3000;

/** Keeps the path of a peer up to date while its terminal is in front. Nothing is sent to the peer for it. */
export function useLivePath(peerId: string): void {
  const api = useApi();
  const isShown = useApp((state) => state.page === 'terminals');
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
