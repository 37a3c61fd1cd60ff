import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { partsOf, gatewayStatus } from './gateway-status.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Tells screen readers when a connection to a gateway changes. Invisible; silent about the first state, which is on the page. */
export function GatewayAnnouncer({ gateways }: Readonly<{ gateways: readonly GatewayView[] }>): ReactElement {
  const [news, setNews] = useState('');
  const before = useRef<ReadonlyMap<string, string>>(undefined);
  useEffect(() => {
    const former = before.current;
    const statuses = gateways.flatMap((gateway) =>
      partsOf(gateway).map((part) => {
        const { word, what } = gatewayStatus(gateway, part);
        const name = quoteUntrusted(gateway.settings.name);
        return {
          key: `${gateway.id} ${part}`,
          word,
          news: text('gateways.news', { name, part: text(`gateways.part.${part}`), state: word, what }).trim(),
        };
      }),
    );
    before.current = new Map(statuses.map(({ key, word }) => [key, word]));
    if (former === undefined) return;
    const changed = statuses.findLast(({ key, word }) => former.has(key) && former.get(key) !== word);
    if (changed !== undefined) setNews(changed.news);
  }, [gateways]);
  return (
    <p className="visually-hidden" role="status">
      {news}
    </p>
  );
}
