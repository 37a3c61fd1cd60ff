import { Send, X } from 'lucide-react';
import { useState, useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { shortcutText, text } from '../../../locale/index.ts';
import { useApi } from '../../../store/index.ts';
import { Button, CopyButton, Field, Mono, TextArea, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { showAnswer } from './answer.ts';
import type { PromptConversation } from './conversation.ts';
import styles from './prompts.module.css';
import { commandOf, recipientName, type PromptRecipient } from './recipient.ts';
import { PROMPT_LIMIT } from '../workflows/workflow-draft.ts';

type BoxProps = Readonly<{ target: PromptRecipient; conversation: PromptConversation; disabled: boolean }>;

/**
 * Field for a prompt to the chosen OpenClaw, the session's key, and a button that sends it. Shows the equivalent shell command, which the person can
 * copy. The typed text stays in memory while another page is shown.
 */
export function PromptBox({ target, conversation, disabled }: BoxProps): ReactElement {
  const api = useApi();
  const draft = useSyncExternalStore(conversation.subscribe, conversation.draft);
  const isRunning = useSyncExternalStore(conversation.subscribe, () => conversation.isRunning);
  const prompt = draft.trim();
  const isLong = prompt.length > PROMPT_LIMIT;
  const maySend = prompt !== '' && !isLong && !disabled && !isRunning;
  const session = useSyncExternalStore(conversation.subscribe, conversation.session);
  const [isOpen, setOpen] = useState(session !== '');
  const key = session.trim();
  const command = commandOf(target, key);
  const send = (): void => {
    if (!maySend) return;
    conversation.setDraft('');
    void conversation.send(api, target, { kind: 'prompt', prompt, ...(key === '' ? {} : { session: key }) });
  };
  return (
    <form
      className={styles['prompt']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field
        label={text('prompts.field', { name: quoteUntrusted(recipientName(target)) })}
        hint={isRunning ? text('prompts.field.busy') : text('prompts.field.hint', { keys: shortcutText('Enter') })}
        error={isLong ? text('prompts.field.long', { count: PROMPT_LIMIT }) : undefined}
      >
        <TextArea
          rows={3}
          dir="auto"
          value={draft}
          disabled={disabled}
          placeholder={text('prompts.field.placeholder')}
          onChange={(value) => conversation.setDraft(value)}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
      </Field>
      <details className={styles['session']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {text('prompts.session.summary', { session: key === '' ? text('prompts.session.main') : showAnswer(key) })}
        </summary>
        <Field label={text('prompts.session')} hint={text('prompts.session.hint')}>
          <TextInput
            mono
            maxLength={512}
            value={session}
            disabled={disabled}
            onChange={(value) => conversation.setSession(value)}
          />
        </Field>
      </details>
      <div className={styles['prompt-actions']}>
        <Button variant="primary" type="submit" icon={<Send aria-hidden="true" />} disabled={!maySend}>
          {text('prompts.field.send')}
        </Button>
        {isRunning && (
          <Button icon={<X aria-hidden="true" />} onClick={() => conversation.cancel()}>
            {text('prompts.field.cancel')}
          </Button>
        )}
        <span className={styles['command']}>
          <span>{text('prompts.field.command')}</span> <Mono>{command}</Mono>
          <CopyButton value={command} />
        </span>
      </div>
    </form>
  );
}
