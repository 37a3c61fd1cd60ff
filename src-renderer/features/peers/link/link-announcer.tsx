import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { linkNews } from './link-problem.ts';

/** Links come and go for a moment when a network changes; only what stays so for this long is told, ms. */
const SETTLED = 2000;
/** Of more at once only the first are told. */
const MOST = 3;

/** Tells who cannot see it that a link broke or came back. */
export function LinkAnnouncer({ peers }: Readonly<{ peers: readonly PeerView[] }>): ReactElement {
  const announced = useRef(peers);
  const latest = useRef(peers);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [news, setNews] = useState('');
  useEffect(() => {
    latest.current = peers;
    // Whoever changes all the time does not keep the others from being told.
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
