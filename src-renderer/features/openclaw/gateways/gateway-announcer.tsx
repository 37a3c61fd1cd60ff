import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { partsOf, gatewayStatus } from './status.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Announces changes of gateways' states to screen readers. The first states are read with the page. */
export function GatewayAnnouncer({ gateways }: Readonly<{ gateways: readonly GatewayView[] }>): ReactElement {
  const [news, setNews] = useState('');
  const before = useRef<ReadonlyMap<string, string>>(undefined);
  useEffect(() => {
    const former = before.current;
    const standings = gateways.flatMap((gateway) =>
      partsOf(gateway).map((part) => {
        const { word, what } = gatewayStatus(gateway, part);
        const name = quoteUntrusted(gateway.settings.name);
        return {
          key: `${gateway.id} ${part}`,
          sign: word,
          news: text('gateways.news', { name, part: text(`gateways.part.${part}`), state: word, what }).trim(),
        };
      }),
    );
    before.current = new Map(standings.map(({ key, sign }) => [key, sign]));
    if (former === undefined) return;
    const changed = standings.findLast(({ key, sign }) => former.has(key) && former.get(key) !== sign);
    if (changed !== undefined) setNews(changed.news);
  }, [gateways]);
  return (
    <p className="visually-hidden" role="status">
      {news}
    </p>
  );
}
