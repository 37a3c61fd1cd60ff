import type { AgentAddress, AgentMessage, MessageMedia } from '#shared/messages/index.ts';
import type { OutboxEntry } from './outbox-entry.ts';

/** Message that a caller wants to send under a key. */
export type Wanted = Readonly<{
  to: AgentAddress;
  body: string;
  media: MessageMedia;
  /** Conversation that the caller names; undefined: that of the message it answers, or one of its own. */
  thread?: string | undefined;
  replyTo?: string | undefined;
  /** Files that the caller names. */
  files?: Readonly<{ files: readonly unknown[] }> | undefined;
}>;

/**
 * Reports whether a message that is in the outbox under a key is the one that a caller wants to send with it: the same recipient, text, kind of text,
 * thread, answered message and number of files. Another time to expire makes no other message. Pure.
 * @param message the same as it was sent
 * @param answeredThread thread of the answered message; undefined if it is no longer known
 */
export function isSameMessage(
  { id, to, thread, replyTo, media, files }: OutboxEntry,
  { body }: Pick<AgentMessage, 'body'>,
  wanted: Wanted,
  answeredThread: string | undefined,
): boolean {
  const usual = wanted.replyTo === undefined ? id : (answeredThread ?? thread);
  return (
    to.device === wanted.to.device &&
    to.agent === wanted.to.agent &&
    body === wanted.body &&
    media === wanted.media &&
    // A transfer may have given them other names.
    files.length === (wanted.files?.files.length ?? 0) &&
    replyTo === wanted.replyTo &&
    thread === (wanted.thread ?? usual)
  );
}
