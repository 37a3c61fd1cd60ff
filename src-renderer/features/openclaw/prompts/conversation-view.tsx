import { CircleDashed } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { navigate, useApi } from '../../../store/index.ts';
import { Button, quoteUntrusted } from '../../../ui/index.ts';
import { Composer } from './composer.tsx';
import type { PromptConversation } from './conversation.ts';
import { ExchangeView } from './exchange-view.tsx';
import styles from './prompts.module.css';
import { recipientName, type PromptRecipient } from './recipient.ts';

/** Reason why no prompt can be sent now, and a button that helps. */
export type PromptObstacle = Readonly<{ text: string; action: ReactNode }>;

export type ConversationViewProps = Readonly<{
  target: PromptRecipient;
  conversation: PromptConversation;
  /** Number of the recipient's requests that wait for this person. */
  waitingRequests: number;
  /** Reason why no prompt can be sent; undefined if prompts can be sent. */
  obstacle: PromptObstacle | undefined;
}>;

/**
 * Conversation with an OpenClaw, oldest first, and the field for the next prompt below it. Follows the answer while its end is in sight. Requests that
 * wait for the person are told above the field.
 */
export function ConversationView({
  target,
  conversation,
  waitingRequests,
  obstacle,
}: ConversationViewProps): ReactElement {
  const api = useApi();
  const exchanges = useSyncExternalStore(conversation.subscribe, conversation.exchanges);
  const end = useFollowedEnd(exchanges);
  const name = quoteUntrusted(recipientName(target));
  return (
    <>
      <div className={styles['thread']}>
        {exchanges.length === 0 ? (
          <p className={styles['none']}>{obstacle === undefined && text('prompts.answers.none')}</p>
        ) : (
          <ol className={styles['exchanges']} aria-label={text('prompts.answers')}>
            {exchanges.toReversed().map((exchange) => (
              <ExchangeView
                key={exchange.id}
                exchange={exchange}
                peer={target.kind === 'remote' ? quoteUntrusted(target.remote.peerName ?? target.remote.name) : name}
                isBusy={conversation.isRunning}
                onAgain={() => void conversation.send(api, target, exchange.request)}
                onRemove={() => conversation.remove(exchange.id)}
              />
            ))}
          </ol>
        )}
        {waitingRequests > 0 && (
          <p className={styles['waiting']}>
            <CircleDashed aria-hidden="true" />
            <span>{text('gateways.requests', { count: waitingRequests })}</span>
            <Button size="small" onClick={() => navigate({ page: 'inbox' })}>
              {text('gateways.requests.look')}
            </Button>
          </p>
        )}
        <div ref={end} className={styles['end']} />
      </div>
      <Composer target={target} conversation={conversation} obstacle={obstacle} />
    </>
  );
}

/** Keeps the end of the conversation in sight while it grows, unless the person has scrolled up. Returns the ref of the element at the end. */
function useFollowedEnd(exchanges: readonly unknown[]): Readonly<{ current: HTMLDivElement | null }> {
  const end = useRef<HTMLDivElement>(null);
  const isInSight = useRef(true);
  const count = useRef(0);
  useEffect(() => {
    const element = end.current;
    const thread = element?.parentElement;
    if (element === null || thread === null || thread === undefined) return undefined;
    const sight = new IntersectionObserver(([entry]) => {
      isInSight.current = entry?.isIntersecting ?? true;
    });
    sight.observe(element);
    // Long answers get their height only once they are in sight.
    const growth = new ResizeObserver(() => {
      if (count.current > 0 && isInSight.current) scrollToEnd(element);
    });
    growth.observe(thread);
    return () => {
      sight.disconnect();
      growth.disconnect();
    };
  }, []);
  useEffect(() => {
    // A new request is shown in any case.
    const isNew = exchanges.length > count.current;
    count.current = exchanges.length;
    if (end.current !== null && exchanges.length > 0 && (isNew || isInSight.current)) scrollToEnd(end.current);
  }, [exchanges]);
  return end;
}

/** Scrolls the column, and nothing around it, until the field below the conversation stands in its own place. */
function scrollToEnd(end: HTMLElement): void {
  const pane = end.parentElement?.parentElement;
  let column = pane?.parentElement;
  while (column !== null && column !== undefined && getComputedStyle(column).overflowY !== 'auto')
    column = column.parentElement;
  if (pane === null || pane === undefined || column === null || column === undefined) return;
  column.scrollTop += pane.getBoundingClientRect().bottom - column.getBoundingClientRect().bottom;
}
