import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { linkNews } from './link-problem.ts';

/** Time that a link must stay broken or restored before it is announced, ms. Links often break for a moment when a network changes. */
const SETTLED = 2000;
/** Most links that one announcement names. */
const MOST = 3;

/** Invisible text that announces to screen readers which links broke or came back. Used on the machines page and in the status bar of a terminal. */
export function LinkAnnouncer({ peers }: Readonly<{ peers: readonly PeerView[] }>): ReactElement {
  const announced = useRef(peers);
  const latest = useRef(peers);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [news, setNews] = useState('');
  useEffect(() => {
    latest.current = peers;
    // A timer that runs isn't restarted, so that a link which changes all the time doesn't delay the others.
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const found = linkNews(announced.current, latest.current);
      announced.current = latest.current;
      if (found.length > 0) setNews(found.slice(0, MOST).join(' '));
    }, SETTLED);
  }, [peers]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <span role="status" className="visually-hidden">
      {news}
    </span>
  );
}
