import { memo, type ReactElement } from 'react';
import type { MessageView } from '#shared/app-api/index.ts';
import { formatDate, text, useLanguage } from '../../../locale/index.ts';
import { quotation } from '../message-text.ts';
import styles from './conversation.module.css';
import { dayOf } from './day.ts';
import { MessageItem, type MessageItemProps } from './message-item.tsx';

export type MessageBlockProps = Pick<MessageItemProps, 'machine' | 'isAway' | 'onReply'> &
  Readonly<{
    messages: readonly MessageView[];
    /** Last message before the block; undefined for the first one that is loaded. */
    before: MessageView | undefined;
    /** Returns a loaded message. */
    find(id: string): MessageView | undefined;
    /** Beginning of the present day, ms since 1970. */
    today: number;
  }>;

/** Messages that follow each other, with a heading where a day or a thread begins. */
export const MessageBlock = memo(function MessageBlock({
  messages,
  before,
  find,
  today,
  ...rest
}: MessageBlockProps): ReactElement {
  useLanguage();
  return (
    <>
      {messages.map((message, index) => {
        const previous = index === 0 ? before : messages[index - 1];
        const heading = headingOf(message, previous, find, today);
        return [
          heading !== '' && (
            <li key={`heading ${message.id}`} className={styles['heading']}>
              {heading}
            </li>
          ),
          <MessageItem
            key={message.id}
            message={message}
            answered={message.replyTo === null ? undefined : find(message.replyTo)}
            {...rest}
          />,
        ];
      })}
    </>
  );
}, isSameBlock);

/** Compares blocks without `find`, which is another one after each change of any block. */
function isSameBlock(one: MessageBlockProps, next: MessageBlockProps): boolean {
  return (
    one.messages === next.messages &&
    one.before === next.before &&
    one.today === next.today &&
    one.machine === next.machine &&
    one.isAway === next.isAway
  );
}

/** Returns the heading before a message: its thread where another one begins, and its day where that is another one. */
function headingOf(
  message: MessageView,
  previous: MessageView | undefined,
  find: MessageBlockProps['find'],
  today: number,
): string {
  const isNewDay = previous === undefined || dayOf(previous.time) !== dayOf(message.time);
  const isNewThread = previous === undefined ? isNamed(message) : previous.thread !== message.thread;
  return [
    ...(isNewThread ? [threadText(message, find)] : []),
    ...(isNewDay
      ? [dayOf(message.time) === today ? text('messages.today') : formatDate(message.time, { dateStyle: 'medium' })]
      : []),
  ].join(' · ');
}

function threadText(message: MessageView, find: MessageBlockProps['find']): string {
  if (isNamed(message)) return text('messages.thread', { thread: message.thread });
  if (message.thread === message.id) return text('messages.thread.new');
  const first = find(message.thread);
  return first === undefined
    ? text('messages.thread.other')
    : text('messages.thread.of', { words: quotation(first.body, 40) });
}

/** Reports whether a program has named the thread. Others have the ID of their first message. */
function isNamed({ thread }: MessageView): boolean {
  return !/^[0-9a-f]{32}$/.test(thread);
}
