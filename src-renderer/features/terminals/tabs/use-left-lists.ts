import { useEffect } from 'react';
import type { AppApiClient, PeerView, TerminalView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { useApi } from '../../../store/index.ts';
import { listUnasked } from '../session/list-unasked.ts';
import type { LeftTerminal } from './left-terminals.ts';
import type { TerminalTabs } from './terminal-tabs.ts';

/** Interval of asking a linked machine for the terminals that were left there, ms. */
const INTERVAL = 30_000;
/** Longest wait for a machine's answer, ms. */
const PATIENCE = 10_000;

/**
 * Forgets terminals that were left and have ended since: asks their linked machines, when a link comes up and every half minute while the window is
 * visible. No person there is asked.
 */
export function useLeftLists(manager: TerminalTabs, left: readonly LeftTerminal[], peers: readonly PeerView[]): void {
  const api = useApi();
  const hosts = new Set(left.flatMap(({ host }) => (host.kind === 'peer' ? host.peerId : [])));
  const asked = peers.filter(({ peerId, linked }) => linked && hosts.has(peerId)).map(({ peerId }) => peerId);
  const key = asked.toSorted().join(' ');
  useEffect(() => {
    if (key === '') return;
    const stopped = new AbortController();
    const ask = (): void => {
      if (document.visibilityState !== 'visible') return;
      for (const peerId of key.split(' ')) {
        void listOwn(api, peerId, stopped.signal).then((views) => {
          if (views !== undefined && !stopped.signal.aborted) manager.applyList({ kind: 'peer', peerId }, views);
        });
      }
    };
    ask();
    const timer = setInterval(ask, INTERVAL);
    document.addEventListener('visibilitychange', ask);
    return () => {
      stopped.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [api, manager, key]);
}

/** Returns the terminals that this device has on a machine; undefined if the machine doesn't tell. */
async function listOwn(
  api: AppApiClient,
  peerId: string,
  stopped: AbortSignal,
): Promise<readonly TerminalView[] | undefined> {
  try {
    const { views, scope } = await listUnasked(api, peerId, AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE)]));
    return scope === 'open' ? undefined : views;
  } catch (error) {
    // Losing the permission has ended them.
    return errorCode(error) === 'rights.denied' ? [] : undefined;
  }
}
