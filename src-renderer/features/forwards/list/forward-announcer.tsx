import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { explainForward, type ForwardStatus } from './forward-status.ts';
import { quoteUntrusted } from '../../../ui/index.ts';
import { useStatusOf } from './use-status-of.ts';

/** Tells screen readers when a forward becomes ready, is turned off or has a problem. Invisible. */
export function ForwardAnnouncer({ forwards }: Readonly<{ forwards: readonly ForwardView[] }>): ReactElement {
  const [news, setNews] = useState('');
  const statusOf = useEffectEvent(useStatusOf());
  const before = useRef<ReadonlyMap<string, string>>(undefined);
  useEffect(() => {
    const previous = before.current;
    before.current = new Map(forwards.map((forward) => [forward.id, stateKey(forward)]));
    if (previous === undefined) return;
    const changed = forwards.findLast((forward) => previous.get(forward.id) !== stateKey(forward));
    const words = changed === undefined ? undefined : newsOf(changed, statusOf(changed));
    if (words !== undefined) setNews(words);
  }, [forwards]);
  return (
    <p className="visually-hidden" role="status">
      {news}
    </p>
  );
}

function stateKey({ state, problem }: ForwardView): string {
  return `${state} ${problem?.code ?? ''}`;
}

function newsOf({ rule, problem, peerName }: ForwardView, status: ForwardStatus): string | undefined {
  const name = quoteUntrusted(rule.name);
  if (problem !== null) return text('forwards.news.problem', { name, what: explainForward(problem).what });
  if (status === 'ask' || status === 'may-ask')
    return text('forwards.added.asks', { peer: quoteUntrusted(peerName ?? '') });
  if (status === 'ready' || status === 'off') return text(`forwards.news.${status}`, { name });
  return undefined;
}
