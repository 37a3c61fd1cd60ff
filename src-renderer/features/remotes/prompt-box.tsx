import { Send, X } from 'lucide-react';
import { useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { useApi } from '../../store/index.ts';
import { Button, CopyButton, Field, Mono, TextArea } from '../../ui/index.ts';
import { quoteForeign } from '../peers/index.ts';
import type { Conversation } from './conversation.ts';
import styles from './remotes.module.css';
import { commandOf, nameOf, type RemoteTarget } from './target.ts';
import { MOST_PROMPT } from './workflow-draft.ts';

const usesCommandKey = navigator.platform.startsWith('Mac');

type BoxProps = Readonly<{ target: RemoteTarget; conversation: Conversation; disabled: boolean }>;

/** What is to be done, and the button that sends it. What is typed stays while another page is shown. */
export function PromptBox({ target, conversation, disabled }: BoxProps): ReactElement {
  const api = useApi();
  const draft = useSyncExternalStore(conversation.subscribe, conversation.draft);
  const isRunning = useSyncExternalStore(conversation.subscribe, () => conversation.isRunning);
  const prompt = draft.trim();
  const isLong = prompt.length > MOST_PROMPT;
  const maySend = prompt !== '' && !isLong && !disabled && !isRunning;
  const command = commandOf(target);
  const send = (): void => {
    if (!maySend) return;
    conversation.setDraft('');
    void conversation.ask(api, target, { kind: 'prompt', prompt });
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
        label={text('remotes.prompt', { name: quoteForeign(nameOf(target)) })}
        hint={
          isRunning
            ? text('remotes.prompt.busy')
            : text('remotes.prompt.hint', { keys: usesCommandKey ? '⌘Enter' : 'Ctrl+Enter' })
        }
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
