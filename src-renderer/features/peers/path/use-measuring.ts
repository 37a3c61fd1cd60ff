import { useEffect } from 'react';
import { applyPeers, useApi } from '../../../store/index.ts';
import { MeasuringLoop } from './measuring-loop.ts';
import { browserClock } from '../../../ui/index.ts';

/**
 * Measures the round trips of all peers every 10 s (`peers.list` with `measure`) and puts them into the window's store, while the page is shown and
 * the window is visible and focused.
 */
export function useMeasuring(): void {
  const api = useApi();
  useEffect(() => {
    const loop = new MeasuringLoop(browserClock, async (signal) => {
      applyPeers(await api.call('peers.list', { measure: true }, { signal }));
    });
    const refresh = (): void => loop.setActive(document.visibilityState === 'visible' && document.hasFocus());
    refresh();
    document.addEventListener('visibilitychange', refresh);
    window.addEventListener('focus', refresh);
    window.addEventListener('blur', refresh);
    return () => {
      loop.stop();
      document.removeEventListener('visibilitychange', refresh);
      window.removeEventListener('focus', refresh);
      window.removeEventListener('blur', refresh);
    };
  }, [api]);
}
