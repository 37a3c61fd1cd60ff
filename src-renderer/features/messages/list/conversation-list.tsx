import { PenLine, Users } from 'lucide-react';
import { useState, type KeyboardEvent, type ReactElement } from 'react';
import { MOST_CONVERSATIONS, type ConversationView } from '#shared/app-api/index.ts';
import { toDate } from '#shared/dates.ts';
import { formatDate, text } from '../../../locale/index.ts';
import { showMessages, useApp, type MessagesSubject } from '../../../store/index.ts';
import { Button, IconButton, SearchInput, Tooltip, useNow, useWindowWidth } from '../../../ui/index.ts';
import { isSameConversation, keyText, searchConversations } from '../conversation-key.ts';
import { quotation } from '../message-text.ts';
import { useMachineNames } from '../use-machine-names.ts';
import styles from './list.module.css';

/** Conversations from which on the list has a search. */
const SEARCHED = 6;
/** Characters of the last message in an entry. */
const WORDS = 80;

/** First column of the page: the conversations, the newest first, with a search, and the buttons that write a message and show the agents. */
export function ConversationList({ current }: Readonly<{ current: MessagesSubject | undefined }>): ReactElement {
  const conversations = useApp((state) => state.conversations) ?? [];
  const machineOf = useMachineNames();
  const now = useNow(60_000);
  const [query, setQuery] = useState('');
  const found = searchConversations(conversations, query, machineOf);
  // A long word for the page leaves no room for the button's own.
  const isSmall = useWindowWidth() === 'icons';
  const agents = {
    size: 'small',
    className: styles['agents'],
    'aria-current': current?.kind === 'agents' ? 'true' : undefined,
    onClick: () => showMessages({ kind: 'agents' }),
  } as const;
  return (
    <nav className={styles['list']} aria-label={text('messages.title')} data-region="">
      <div className={styles['head']}>
        <h1 className={styles['title']}>{text('messages.title')}</h1>
        {isSmall ? (
          <Tooltip content={text('messages.agents')}>
            <IconButton {...agents} label={text('messages.agents')} icon={<Users />} />
          </Tooltip>
        ) : (
          <Button {...agents} variant="quiet" icon={<Users aria-hidden="true" />}>
            {text('messages.agents')}
          </Button>
        )}
        <Tooltip content={text('messages.new')}>
          <IconButton
            size="small"
            label={text('messages.new')}
            icon={<PenLine />}
            onClick={() => showMessages({ kind: 'new' })}
          />
        </Tooltip>
      </div>
      {(conversations.length >= SEARCHED || query !== '') && (
        <div className={styles['search']} role="search">
          <SearchInput label={text('messages.search')} value={query} maxLength={200} clears onChange={setQuery} />
        </div>
      )}
      {found.length === 0 ? (
        <p className={styles['none']} role="status">
          {text(query === '' ? 'messages.empty' : 'messages.search.none')}
        </p>
      ) : (
        <ul className={styles['entries']} aria-label={text('messages.conversations')}>
          {found.map((conversation) => (
            <Entry
              key={keyText(conversation)}
              conversation={conversation}
              machine={machineOf(conversation.peerId)}
              now={now}
              isCurrent={current?.kind === 'conversation' && isSameConversation(current, conversation)}
            />
          ))}
        </ul>
      )}
      {conversations.length >= MOST_CONVERSATIONS && (
        <p className={styles['none']}>{text('messages.conversations.most', { count: MOST_CONVERSATIONS })}</p>
      )}
    </nav>
  );
}

type EntryProps = Readonly<{ conversation: ConversationView; machine: string; now: number; isCurrent: boolean }>;

function Entry({ conversation, machine, now, isCurrent }: EntryProps): ReactElement {
  const { agent, peerId, other, last, waiting, held } = conversation;
  const isOut = last.direction === 'out';
  return (
    <li>
      <button
        type="button"
        className={styles['entry']}
        onKeyDown={moveFocus}
        aria-current={isCurrent ? 'true' : undefined}
        onClick={() => showMessages({ kind: 'conversation', agent, peerId, other })}
      >
        <span className={styles['line']}>
          <span className={styles['pair']}>
            {agent} <span aria-hidden="true">{isOut ? '→' : '←'}</span>
            <span className="visually-hidden">{text(isOut ? 'messages.to' : 'messages.from')}</span> {other}
          </span>
          {held > 0 ? (
            <span className={styles['held']}>{text('messages.held', { count: held })}</span>
          ) : agent === 'me' && waiting > 0 ? (
            <span className={styles['unread']}>
              <span aria-hidden="true">{waiting > 99 ? '99+' : waiting}</span>
              <span className="visually-hidden">{text('messages.unread', { count: waiting })}</span>
            </span>
          ) : (
            <time className={styles['time']} dateTime={toDate(last.time).toISOString()}>
              {shortMoment(last.time, now)}
            </time>
          )}
        </span>
        {last.verified === 'relay' && <span className={styles['by-relay']}>{text('messages.by-relay')}</span>}
        <span className={styles['about']}>{[machine, quotation(last.body, WORDS)].filter(Boolean).join(' · ')}</span>
      </button>
    </li>
  );
}

/** Formats a time in little room: the clock time of today, else the date. */
function shortMoment(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  if (isToday) return formatDate(at, { timeStyle: 'short' });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return formatDate(at, { month: 'short', day: 'numeric', ...(isThisYear ? {} : { year: 'numeric' }) });
}

/** Moves the focus between the entries with the arrow keys, Home and End. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const entries = [...(event.currentTarget.closest('ul')?.querySelectorAll('button') ?? [])];
  const at = entries.findIndex((entry) => entry === document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  entries[Math.max(0, Math.min(next, entries.length - 1))]?.focus();
}
