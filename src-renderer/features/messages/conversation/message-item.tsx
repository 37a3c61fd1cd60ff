import {
  Check,
  CheckCheck,
  CircleAlert,
  Clock,
  Copy,
  CornerDownRight,
  Ellipsis,
  Hand,
  Reply,
  Undo2,
} from 'lucide-react';
import { memo, useCallback, useId, useRef, useState, type ReactElement } from 'react';
import type { MessageView } from '#shared/app-api/index.ts';
import { toDate } from '#shared/dates.ts';
import { explain, formatDate, text, useLanguage } from '../../../locale/index.ts';
import { notify, useApi, useCall } from '../../../store/index.ts';
import { Button, IconButton, Menu, classes, formatMoment, formatMomentWithSeconds, useNow } from '../../../ui/index.ts';
import { canCancel, canRelease, canRetry, quotation, stateText, type StateText } from '../message-text.ts';
import styles from './conversation.module.css';
import { dayOf } from './day.ts';
import { MessageBody } from './message-body.tsx';
import { MessageFiles } from './message-files.tsx';
import { useSeen } from './use-seen.ts';

export type MessageItemProps = Readonly<{
  message: MessageView;
  /** Message that it answers, if that one is loaded; undefined otherwise. */
  answered: MessageView | undefined;
  /** Machine of the other agent, quoted for a sentence. */
  machine: string;
  /** True while that machine is offline. */
  isAway: boolean;
  /** Begins an answer to it. */
  onReply(message: MessageView): void;
}>;

const STATE_ICONS: Readonly<Record<StateText['kind'], typeof Check>> = {
  moving: Clock,
  arrived: Check,
  read: CheckCheck,
  waits: Hand,
  bad: CircleAlert,
  ended: Undo2,
};

/**
 * A message: who wrote it and when, its text, and its state at the side. A message that waits can be taken back or released. One to the person at this
 * machine is read once it was in sight.
 */
export const MessageItem = memo(function MessageItem({
  message,
  answered,
  machine,
  isAway,
  onReply,
}: MessageItemProps): ReactElement {
  useLanguage();
  const id = useId();
  const api = useApi();
  const now = useNow(60_000);
  const item = useRef<HTMLLIElement>(null);
  const { direction, agent, other, time, auto, replyTo, verified } = message;
  const isMine = direction === 'out';
  const author = isMine ? agent : other;
  const isUnread = isUnreadByPerson(message);
  const read = useCallback(() => {
    // It stays unread, and is noted when it is in sight the next time.
    api.call('messages.settle', { id: message.id, state: 'read' }).catch(() => undefined);
  }, [api, message.id]);
  useSeen(item, isUnread ? read : undefined);
  const copy = (): void => {
    api
      .call('messages.get', { id: message.id })
      .then(async ({ body }) => await navigator.clipboard.writeText(body))
      .catch((error: unknown) => {
        const { what, next } = explain(error);
        notify({ tone: 'bad', text: text('palette.failed', { what, next }) });
      });
  };
  return (
    <li
      ref={item}
      className={classes(styles['message'], isMine && styles['mine'])}
      aria-labelledby={`${id}-author`}
      data-message={message.id}
      data-state={message.state}
    >
      <span className={styles['tile']} aria-hidden="true">
        {author.slice(0, 1)}
      </span>
      <div className={styles['words']}>
        <div className={styles['line']}>
          <h3 id={`${id}-author`} className={styles['author']}>
            {author}
          </h3>
          <time dateTime={toDate(time).toISOString()} title={formatMomentWithSeconds(time, now)}>
            {formatMoment(time, now)}
          </time>
          {verified === 'relay' ? (
            <span>{text(isMine ? 'messages.by-relay' : 'messages.by-relay.word')}</span>
          ) : (
            auto && <span>{text('messages.auto')}</span>
          )}
        </div>
        {replyTo !== null && (
          <p className={styles['answers']}>
            <CornerDownRight aria-hidden="true" />
            {answered === undefined
              ? text('messages.answers.earlier')
              : text('messages.answers', { words: quotation(answered.body) })}
          </p>
        )}
        <MessageBody message={message} machine={machine} />
        <MessageFiles message={message} />
      </div>
      <div className={styles['side']}>
        <State message={message} machine={machine} isAway={isAway} now={now} />
        <span className={styles['actions']}>
          <Menu
            label={text('messages.actions')}
            trigger={<IconButton size="small" label={text('messages.actions')} icon={<Ellipsis />} />}
            items={[
              { label: text('messages.reply'), icon: <Reply />, onSelect: () => onReply(message) },
              { label: text('messages.copy'), icon: <Copy />, onSelect: copy },
            ]}
          />
        </span>
      </div>
    </li>
  );
});

/** Reports whether a message to the person at this machine is to be noted as read. */
function isUnreadByPerson({ direction, agent, state, waitsFor }: MessageView): boolean {
  return direction === 'in' && agent === 'me' && waitsFor === null && (state === 'stored' || state === 'taken');
}

/** Formats the time of a state, without its date where that is the one of the message. */
function momentOf({ time, since }: MessageView, now: number): string {
  return dayOf(time) === dayOf(since) ? formatDate(since, { timeStyle: 'short' }) : formatMoment(since, now);
}

type StateProps = Pick<MessageItemProps, 'message' | 'machine' | 'isAway'> & Readonly<{ now: number }>;

function State({ message, machine, isAway, now }: StateProps): ReactElement {
  const cancel = useCall('messages.cancel', { outlives: true });
  const release = useCall('messages.release', { outlives: true });
  const { kind, words, reason } = stateText(message, machine, isAway);
  const Icon = STATE_ICONS[kind];
  const isHeld = canRelease(message);
  const mayRetry = canRetry(message);
  const mayCancel = canCancel(message);
  const [isAsked, setAsked] = useState(false);
  const error = cancel.error ?? release.error;
  const isMoment = kind === 'arrived' || kind === 'read' || kind === 'bad' || kind === 'ended';
  const failed = error === undefined ? undefined : explain(error);
  return (
    <div className={styles['state']} data-kind={kind} role="status">
      <Icon aria-hidden="true" />
      <div>
        <span>{isMoment && words.length < 24 ? `${words} ${momentOf(message, now)}` : words}</span>
        {reason !== undefined && <p className={styles['reason']}>{reason}</p>}
        {mayCancel && message.state === 'sent' && isAsked && (
          <p className={styles['reason']}>{text('messages.cancelling', { machine })}</p>
        )}
        {failed !== undefined && (
          <p className={styles['reason']} role="alert">
            {failed.what} {failed.next}
          </p>
        )}
        {mayCancel && !isAsked && (
          <Button
            size="small"
            variant="quiet"
            edge="start"
            busy={cancel.busy}
            onClick={() => void cancel.run({ id: message.id }).then((given) => setAsked(given !== undefined))}
          >
            {text('messages.cancel')}
          </Button>
        )}
        {(isHeld || mayRetry) && (
          <Button size="small" busy={release.busy} onClick={() => void release.run({ id: message.id })}>
            {text(isHeld ? 'messages.release' : 'messages.retry')}
          </Button>
        )}
      </div>
    </div>
  );
}
