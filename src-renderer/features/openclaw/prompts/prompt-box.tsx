import { Send, X } from 'lucide-react';
import { useState, useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { shortcutText, text } from '../../../locale/index.ts';
import { useApi } from '../../../store/index.ts';
import { Button, CopyButton, Field, Mono, TextArea, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { showAnswer } from './answer.ts';
import type { PromptConversation } from './conversation.ts';
import styles from './prompts.module.css';
import { commandOf, recipientName, type PromptRecipient } from './recipient.ts';
import { MOST_PROMPT } from '../workflows/workflow-draft.ts';

type BoxProps = Readonly<{ target: PromptRecipient; conversation: PromptConversation; disabled: boolean }>;

/** Field and button that send a prompt. Typed text is kept while another page is shown. */
export function PromptBox({ target, conversation, disabled }: BoxProps): ReactElement {
  const api = useApi();
  const draft = useSyncExternalStore(conversation.subscribe, conversation.draft);
  const isRunning = useSyncExternalStore(conversation.subscribe, () => conversation.isRunning);
  const prompt = draft.trim();
  const isLong = prompt.length > MOST_PROMPT;
  const maySend = prompt !== '' && !isLong && !disabled && !isRunning;
  const session = useSyncExternalStore(conversation.subscribe, conversation.session);
  const [isOpen, setOpen] = useState(session !== '');
  const key = session.trim();
  const command = commandOf(target, key);
  const send = (): void => {
    if (!maySend) return;
    conversation.setDraft('');
    void conversation.ask(api, target, { kind: 'prompt', prompt, ...(key === '' ? {} : { session: key }) });
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
        label={text('remotes.prompt', { name: quoteUntrusted(recipientName(target)) })}
        hint={isRunning ? text('remotes.prompt.busy') : text('remotes.prompt.hint', { keys: shortcutText('Enter') })}
        error={isLong ? text('remotes.prompt.long', { count: MOST_PROMPT }) : undefined}
      >
        <TextArea
          rows={3}
          dir="auto"
          value={draft}
          disabled={disabled}
          placeholder={text('remotes.prompt.placeholder')}
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
          {text('remotes.session.summary', { session: key === '' ? text('remotes.session.main') : showAnswer(key) })}
        </summary>
        <Field label={text('remotes.session')} hint={text('remotes.session.hint')}>
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
          {text('remotes.prompt.send')}
        </Button>
        {isRunning && (
          <Button icon={<X aria-hidden="true" />} onClick={() => conversation.cancel()}>
            {text('remotes.prompt.cancel')}
          </Button>
        )}
        <span className={styles['command']}>
          <span>{text('remotes.prompt.command')}</span> <Mono>{command}</Mono>
          <CopyButton value={command} />
        </span>
      </div>
    </form>
  );
}
