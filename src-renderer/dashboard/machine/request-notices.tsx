import { useEffect, useRef } from 'react';
import { useApi, useApp } from '../../store/index.ts';
import { clearNotices, showNotice } from '../notices/index.ts';

/**
 * Shows a notification when something waits for the person while no one sees the page: words to compare with another machine, or a terminal that a peer
 * shares. Nothing else waits in a browser, which serves nothing (ADR 53).
 */
export function RequestNotices(): null {
  const api = useApi();
  const isReady = useApp(({ connection }) => connection === 'ready');
  const uncompared = useApp(({ peers }) => peers.filter(({ pairing }) => pairing?.compared === false).length);
  const shared = useApp((state) => state.shared.length);
  useMore(isReady, uncompared, () => void showNotice('compare'));
  useMore(isReady, shared, () => void showNotice('shared'));
  useEffect(
    () =>
      api.on('adding.changed', ({ state }) => {
        if (state === 'comparing') void showNotice('compare');
      }),
    [api],
  );
  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState === 'visible') void clearNotices();
    };
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, []);
  return null;
}

/** Calls `more` when a number has grown. What was there when the agent was first asked isn't new. */
function useMore(isReady: boolean, count: number, more: () => void): void {
  const before = useRef<number>(undefined);
  const call = useRef(more);
  useEffect(() => {
    call.current = more;
  });
  useEffect(() => {
    if (!isReady) return;
    if (before.current !== undefined && count > before.current) call.current();
    before.current = count;
  }, [isReady, count]);
}
