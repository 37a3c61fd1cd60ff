import { ArrowUp, ChevronDown, X } from 'lucide-react';
import { useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import { shortcutText, text } from '../../../locale/index.ts';
import { useApi } from '../../../store/index.ts';
import {
  Button,
  CopyButton,
  Field,
  KeyCaps,
  Mono,
  Popover,
  TextArea,
  TextInput,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { WorkflowMenu } from '../workflows/workflow-menu.tsx';
import { PROMPT_LIMIT } from '../workflows/workflow-draft.ts';
import { showAnswer } from './answer.ts';
import type { PromptConversation } from './conversation.ts';
import type { PromptObstacle } from './conversation-view.tsx';
import styles from './prompts.module.css';
import { commandOf, recipientName, type PromptRecipient } from './recipient.ts';

export type ComposerProps = Readonly<{
  target: PromptRecipient;
  conversation: PromptConversation;
  /** Reason why no prompt can be sent; undefined if prompts can be sent. */
  obstacle: PromptObstacle | undefined;
}>;

/**
 * Field for a prompt to the shown OpenClaw, with the session's key, the workflows that can be started, and the button that sends or cancels. The typed
 * text stays in memory while another page is shown.
 */
export function Composer({ target, conversation, obstacle }: ComposerProps): ReactElement {
  const api = useApi();
  const draft = useSyncExternalStore(conversation.subscribe, conversation.draft);
  const isRunning = useSyncExternalStore(conversation.subscribe, () => conversation.isRunning);
  const session = useSyncExternalStore(conversation.subscribe, conversation.session);
  const isDisabled = obstacle !== undefined;
  const prompt = draft.trim();
  const isLong = prompt.length > PROMPT_LIMIT;
  const maySend = prompt !== '' && !isLong && !isDisabled && !isRunning;
  const key = session.trim();
  const name = quoteUntrusted(recipientName(target));
  const send = (): void => {
    if (!maySend) return;
    conversation.setDraft('');
    void conversation.send(api, target, { kind: 'prompt', prompt, ...(key === '' ? {} : { session: key }) });
  };
  return (
    <form
      className={styles['composer']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {obstacle !== undefined && (
        <p className={styles['obstacle']}>
          <span>{obstacle.text}</span>
          {obstacle.action}
        </p>
      )}
      <div className={styles['box']} data-disabled={isDisabled || undefined}>
        <Field
          label={text('prompts.field', { name })}
          hideLabel
          error={isLong ? text('prompts.field.long', { count: PROMPT_LIMIT }) : undefined}
        >
          <TextArea
            className={styles['area']}
            rows={2}
            dir="auto"
            value={draft}
            disabled={isDisabled}
            placeholder={text('prompts.field.placeholder', { name })}
            onChange={(value) => conversation.setDraft(value)}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
              event.preventDefault();
              send();
            }}
          />
        </Field>
        <div className={styles['box-actions']}>
          <Popover
            label={text('prompts.session')}
            side="top"
            trigger={
              <Button size="small" variant="quiet">
                <span className={styles['choice']}>
                  {text('prompts.session.summary', {
                    session: key === '' ? text('prompts.session.main') : showAnswer(key),
                  })}
                  <ChevronDown aria-hidden="true" />
                </span>
              </Button>
            }
          >
            <SessionFields target={target} conversation={conversation} isDisabled={isDisabled} session={session} />
          </Popover>
          <WorkflowMenu
            target={target}
            isBusy={isRunning || isDisabled}
            onRun={(workflow, params) => void conversation.send(api, target, { kind: 'workflow', workflow, params })}
          />
          <span className={styles['box-end']}>
            {isRunning ? (
              <Button
                size="small"
                className={styles['send']}
                aria-label={text('prompts.field.cancel')}
                icon={<X aria-hidden="true" />}
                onClick={() => conversation.cancel()}
              >
                {text('prompts.field.cancel')}
              </Button>
            ) : (
              <>
                <span className={styles['caps']}>
                  <KeyCaps keys={shortcutText('Enter')} hidden />
                </span>
                <Button
                  size="small"
                  variant="primary"
                  type="submit"
                  className={styles['send']}
                  aria-label={text('prompts.field.send')}
                  icon={<ArrowUp aria-hidden="true" />}
                  disabled={!maySend}
                >
                  {text('prompts.field.send')}
                </Button>
              </>
            )}
          </span>
        </div>
      </div>
    </form>
  );
}

type SessionProps = Readonly<{
  target: PromptRecipient;
  conversation: PromptConversation;
  isDisabled: boolean;
  session: string;
}>;

/** Key of the session, and the shell command that sends a prompt to it. */
function SessionFields({ target, conversation, isDisabled, session }: SessionProps): ReactElement {
  const command = commandOf(target, session.trim());
  return (
    <div className={styles['session']}>
      <Field label={text('prompts.session')} hint={text('prompts.session.hint')}>
        <TextInput
          mono
          maxLength={512}
          value={session}
          disabled={isDisabled}
          onChange={(value) => conversation.setSession(value)}
        />
      </Field>
      <div className={styles['command']}>
        <span>{text('prompts.field.command')}</span>
        <Mono>{command}</Mono>
        <CopyButton value={command} />
      </div>
    </div>
  );
}
