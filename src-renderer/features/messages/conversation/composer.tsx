import { ArrowUp, X } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type ReactElement, type Ref } from 'react';
import { BODY_BYTES } from '#shared/messages/index.ts';
import { shortcutText, text } from '../../../locale/index.ts';
import { useCall, type ConversationKey } from '../../../store/index.ts';
import { Button, Field, IconButton, KeyCaps, TextArea } from '../../../ui/index.ts';
import type { Draft } from '../drafts.ts';
import { SendingError } from '../sending-error.tsx';
import { ComposerFiles } from './composer-files.tsx';
import styles from './conversation.module.css';

export type ComposerProps = Readonly<{
  conversation: ConversationKey;
  /** Machine of the other agent, quoted for a sentence. */
  machine: string;
  /** Thread that goes on with the message unless it answers one; undefined: it begins one. */
  thread: string | undefined;
  draft: Draft;
  /** True if the other side may get files: an agent of another machine. */
  mayHaveFiles: boolean;
  onDraft(draft: Draft | undefined): void;
  /** Called when the message is queued. */
  onSent(): void;
  ref?: Ref<HTMLTextAreaElement> | undefined;
}>;

/** Message that is sent, with the key that each try of it has. */
type Attempt = Readonly<{
  body: string;
  replyTo: string | undefined;
  /** Token of its files. */
  token: string | undefined;
  thread: string | undefined;
  key: string;
}>;

/**
 * Field for a message in a conversation. Ctrl+Enter sends; Escape ends an answer. A message that couldn't be queued stays in the field, and the next
 * attempt sends it once, even if the first one came through.
 */
export function Composer({
  conversation,
  machine,
  thread,
  draft,
  mayHaveFiles,
  onDraft,
  onSent,
  ref,
}: ComposerProps): ReactElement {
  const { agent, peerId, other } = conversation;
  const plain = useCall('messages.send', { outlives: true });
  const withFiles = useCall('shell.messages.send', { outlives: true });
  const sending = draft.files === undefined ? plain : withFiles;
  const attempt = useRef<Attempt>(undefined);
  const [isTooLong, setTooLong] = useState(false);
  const isEmpty = draft.body.trim() === '';
  const send = (relayCanRead = false): void => {
    if (isEmpty || sending.busy) return;
    const isLong = new TextEncoder().encode(draft.body).length > BODY_BYTES;
    setTooLong(isLong);
    if (isLong) return;
    const { body, replyTo, files } = draft;
    const token = files?.token;
    // With one key, each attempt is the same message: in the thread of the first one, even if another thread is the newest now.
    const known = attempt.current;
    const isSame = known?.body === body && known.replyTo === replyTo && known.token === token;
    const now = isSame ? known : { body, replyTo, token, thread, key: crypto.randomUUID() };
    attempt.current = now;
    const message = {
      from: agent,
      peer: peerId,
      agent: other,
      body,
      key: now.key,
      ...(replyTo === undefined ? { thread: now.thread } : { replyTo }),
      ...(relayCanRead ? { relayCanRead: true as const } : {}),
    };
    const queued = files === undefined ? plain.run(message) : withFiles.run({ ...message, token: files.token });
    void queued.then((sent) => {
      if (sent === undefined) return;
      attempt.current = undefined;
      onDraft(undefined);
      onSent();
    });
  };
  return (
    <form
      className={styles['composer']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {sending.error !== undefined && (
        <SendingError error={sending.error} onDismiss={sending.reset} onSend={() => send(true)} />
      )}
      <div className={styles['box']}>
        {draft.replyTo !== undefined && (
          <p className={styles['replying']}>
            <span>{text('messages.replying', { words: draft.words ?? '' })}</span>
            <IconButton
              size="small"
              label={text('messages.replying.end')}
              icon={<X />}
              onClick={() => onDraft({ body: draft.body, files: draft.files })}
            />
          </p>
        )}
        <Field
          label={text('messages.field', { other })}
          hideLabel
          error={isTooLong ? text('messages.field.long') : undefined}
        >
          <TextArea
            ref={ref}
            className={styles['area']}
            rows={2}
            dir="auto"
            value={draft.body}
            placeholder={text('messages.field.placeholder', { other, machine })}
            onChange={(body) => {
              setTooLong(false);
              onDraft({ ...draft, body });
            }}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === 'Escape' && draft.replyTo !== undefined)
                onDraft({ body: draft.body, files: draft.files });
              else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
              else return;
              event.preventDefault();
            }}
          />
        </Field>
        <div className={styles['box-actions']}>
          <span className={styles['as']}>{agent === 'me' ? '' : text('messages.writing-as', { agent })}</span>
          {mayHaveFiles && <ComposerFiles files={draft.files} onFiles={(files) => onDraft({ ...draft, files })} />}
          <span className={styles['caps']}>
            <KeyCaps keys={shortcutText('Enter')} hidden />
          </span>
          <Button
            size="small"
            variant="primary"
            type="submit"
            icon={<ArrowUp aria-hidden="true" />}
            busy={sending.busy}
            disabled={isEmpty}
          >
            {text('messages.send')}
          </Button>
        </div>
      </div>
    </form>
  );
}
