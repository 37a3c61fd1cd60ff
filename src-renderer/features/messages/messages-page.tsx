import { MessageSquare } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import type { ConversationView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { openPairing, showMessages, useApp, type ConversationKey, type MessagesSubject } from '../../store/index.ts';
import {
  Button,
  EmptyState,
  PageHeader,
  RowSkeleton,
  classes,
  useFocusFallback,
  useWindowWidth,
} from '../../ui/index.ts';
import { AgentsPane } from './agents/agents-pane.tsx';
import { ConversationPane } from './conversation/conversation-pane.tsx';
import { keyText } from './conversation-key.ts';
import styles from './frame/frame.module.css';
import { PANE_TITLE } from './frame/pane-head.tsx';
import { ConversationList } from './list/conversation-list.tsx';
import { NewMessagePane } from './new-message/new-message-pane.tsx';

/**
 * Page of the messages between agents: the conversations, and beside them the chosen one, a new message, or the agents of this machine. A narrow
 * window shows the list, then one of them with a way back.
 */
export function MessagesPage(): ReactElement {
  const chosen = useApp((state) => state.messages);
  const conversations = useApp((state) => state.conversations);
  const isKnown = useApp((state) => state.conversations !== undefined || state.connection !== 'connecting');
  const hasAgents = useApp((state) => state.agents.some(({ builtIn }) => !builtIn));
  const isNarrow = useWindowWidth() === 'narrow';
  const page = useRef<HTMLDivElement>(null);
  useFocusFallback(page, false);

  const first = conversations?.[0];
  const subject: MessagesSubject | undefined =
    chosen ?? (isNarrow || first === undefined ? undefined : { kind: 'conversation', ...keyOf(first) });
  // The first one stays open when another one gets a newer message.
  useEffect(() => {
    if (chosen === undefined && subject !== undefined) useApp.setState({ messages: subject });
  });
  const key = subject === undefined ? '' : subjectKey(subject);
  const before = useRef(key);
  useEffect(() => {
    if (before.current === key) return;
    before.current = key;
    // The button that led here may be gone.
    if (document.activeElement === document.body) page.current?.focus();
  }, [key]);

  const isEmpty = subject === undefined && (conversations ?? []).length === 0 && !hasAgents;
  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      {isEmpty ? (
        <div className={styles['alone']}>
          <PageHeader title={text('messages.title')} />
          {isKnown ? <NoMessages /> : <RowSkeleton label={text('ui.loading')} />}
        </div>
      ) : (
        <div className={classes(styles['columns'], isNarrow && styles['single'])}>
          {(!isNarrow || subject === undefined) && <ConversationList current={subject} />}
          {subject !== undefined ? (
            <section key={key} className={styles['pane']} aria-labelledby={PANE_TITLE} data-region="">
              <Subject subject={subject} />
            </section>
          ) : (
            !isNarrow && (
              <div className={styles['pane']}>
                <p className={styles['choose']}>{text('messages.choose')}</p>
              </div>
            )
          )}
        </div>
      )}
    </div>
  );
}

function Subject({ subject }: Readonly<{ subject: MessagesSubject }>): ReactElement {
  switch (subject.kind) {
    case 'conversation':
      return <ConversationPane conversation={subject} />;
    case 'new':
      return <NewMessagePane peerId={subject.peerId} />;
    case 'agents':
      return <AgentsPane isAdding={subject.isAdding === true} />;
  }
}

function subjectKey(subject: MessagesSubject): string {
  if (subject.kind === 'conversation') return keyText(subject);
  return subject.kind === 'new' ? `new ${subject.peerId ?? ''}` : subject.kind;
}

function keyOf({ agent, peerId, other }: ConversationView): ConversationKey {
  return { agent, peerId, other };
}

function NoMessages(): ReactElement {
  const hasPeers = useApp((state) => state.peers.some(({ browser }) => browser === undefined));
  const add = (
    <Button
      variant={hasPeers ? 'secondary' : 'primary'}
      onClick={() => showMessages({ kind: 'agents', isAdding: true })}
    >
      {text('agents.add')}
    </Button>
  );
  return (
    <EmptyState
      icon={<MessageSquare />}
      title={text('messages.empty')}
      action={
        hasPeers ? (
          <>
            <Button variant="primary" onClick={() => showMessages({ kind: 'new' })}>
              {text('messages.write')}
            </Button>
            {add}
          </>
        ) : (
          <>
            {add}
            <Button onClick={() => openPairing('choose')}>{text('peers.pair')}</Button>
          </>
        )
      }
    >
      {text(hasPeers ? 'messages.empty.text' : 'messages.empty.no-peers')}
    </EmptyState>
  );
}
