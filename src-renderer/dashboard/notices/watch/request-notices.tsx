import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useApi, useApp } from '../../../store/index.ts';
import { SHOW_REQUEST } from '../../installed/index.ts';
import { clearNotices, closeNotice, showNotice, type NoticeKind } from '../show-notice.ts';

export type RequestNoticesProps = Readonly<{
  /** Path to which a click on a notification leads; undefined: that of the page at the time. */
  path?: string | undefined;
  /** Shows the request whose notification was clicked. */
  onShow(request: number | string): void;
}>;

/**
 * Shows a notification when something waits for the person while no one sees the page: words to compare with another machine, a terminal that a peer
 * shares, or a request at a machine that lets this browser answer (ADR 55). A click on the latter opens the request; the notification goes when the request
 * is answered, also elsewhere.
 */
export function RequestNotices({ path, onShow }: RequestNoticesProps): null {
  const api = useApi();
  const show = useCallback(
    (kind: NoticeKind, request?: number | string) => void showNotice(kind, { request, path }),
    [path],
  );
  const isReady = useApp(({ connection }) => connection === 'ready');
  const uncompared = useApp(({ peers }) => peers.filter(({ pairing }) => pairing?.compared === false).length);
  const shared = useApp((state) => state.shared.length);
  useMore(isReady, uncompared, () => show('compare'));
  useMore(isReady, shared, () => show('shared'));
  useRequests(isReady, show);
  useEffect(
    () =>
      api.on('adding.changed', ({ state }) => {
        if (state === 'comparing') show('compare');
      }),
    [api, show],
  );
  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState === 'visible') void clearNotices();
    };
    document.addEventListener('visibilitychange', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      void clearNotices();
    };
  }, []);
  useEffect(() => {
    const clicked = (event: Event): void => {
      const request: unknown = event instanceof CustomEvent ? event.detail : undefined;
      if (typeof request !== 'number' && typeof request !== 'string') return;
      event.preventDefault();
      onShow(request);
    };
    window.addEventListener(SHOW_REQUEST, clicked);
    return () => window.removeEventListener(SHOW_REQUEST, clicked);
  }, [onShow]);
  return null;
}

/** Shows a notification for each new request, and removes those of requests that are gone. */
function useRequests(isReady: boolean, show: (kind: 'request', request: number | string) => void): void {
  const approvals = useApp((state) => state.approvals);
  const requests = useApp((state) => state.requests);
  const waiting = useMemo(
    () => new Set<number | string>([...approvals.map(({ id }) => id), ...requests.map(({ key }) => key)]),
    [approvals, requests],
  );
  const before = useRef<ReadonlySet<number | string>>(new Set());
  useEffect(() => {
    if (!isReady) return;
    for (const id of waiting) if (!before.current.has(id)) show('request', id);
    for (const id of before.current) if (!waiting.has(id)) void closeNotice(id);
    before.current = waiting;
  }, [isReady, waiting, show]);
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
