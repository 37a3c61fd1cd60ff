import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { CallProgress } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Spinner, quoteUntrusted } from '../../../ui/index.ts';
import { showAnswer } from './answer.ts';
import styles from './prompts.module.css';
import { recipientName, recipientLocation, type PromptRecipient } from './recipient.ts';

type Progress = CallProgress<'remote.restart'>;

/** Shows the tasks that a restart would cancel and asks to confirm. Nothing changes before that. */
export function RestartDialog({
  target,
  onClose,
}: Readonly<{ target: PromptRecipient; onClose(): void }>): ReactElement {
  const look = useCall('remote.restart');
  const restart = useCall('remote.restart');
  const [pending, setPending] = useState<readonly string[]>();
  const [isAsked, setAsked] = useState(false);
  const name = quoteUntrusted(recipientName(target));
  // The recipient's view changes while the dialog is open, its location doesn't.
  const [place] = useState(() => recipientLocation(target));
  const { run } = look;
  const ask = useCallback(() => {
    let tasks: readonly string[] = [];
    const onProgress = (step: Progress): void => {
      if (step.kind === 'approval') setAsked(true);
      else ({ tasks } = step);
    };
    return run({ ...place, confirmed: false }, { onProgress }).then((answer) => {
      if (answer !== undefined) setPending(tasks);
    });
  }, [run, place]);
  useEffect(() => void ask(), [ask]);

  const apply = async (): Promise<void> => {
    setAsked(false);
    const answer = await restart.run(
      { ...place, confirmed: true },
      {
        onProgress: (step) => {
          if (step.kind === 'approval') setAsked(true);
        },
      },
    );
    if (answer === undefined) return;
    const count = answer.cancelled.length;
    notify({
      tone: 'good',
      text: count === 0 ? text('remotes.restarted', { name }) : text('remotes.restarted.cancelled', { name, count }),
    });
    onClose();
  };
  const error = look.error ?? restart.error;
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={text('remotes.restart.title', { name })}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          {look.error !== undefined && (
            <Button
              onClick={() => {
                setAsked(false);
                void ask();
              }}
            >
              {text('remotes.restart.again')}
            </Button>
          )}
          <Button variant="danger" busy={restart.busy} disabled={pending === undefined} onClick={() => void apply()}>
            {text(
              pending === undefined || pending.length === 0
                ? 'remotes.restart.apply'
                : 'remotes.restart.apply.cancelling',
            )}
          </Button>
        </>
      }
    >
      <div role="status" className={styles['restart']}>
        {look.busy && (
          <p className={styles['asking']}>
            <span aria-hidden="true">
              <Spinner label="" />
            </span>
            {isAsked ? approvalText(target) : text('remotes.restart.asking')}
          </p>
        )}
        {pending?.length === 0 && <p className={styles['plain']}>{text('remotes.restart.nothing')}</p>}
        {pending !== undefined && pending.length > 0 && (
          <>
            <p className={styles['plain']}>{text('remotes.restart.pending', { count: pending.length })}</p>
            <ul className={styles['pending']}>
              {pending.map((task, index) => {
                // Tasks may have equal names.
                const key = `${index} ${task}`;
                return (
                  <li key={key}>
                    <bdi>{showAnswer(task)}</bdi>
                  </li>
                );
              })}
            </ul>
          </>
        )}
        {pending !== undefined && <p className={styles['plain']}>{text('remotes.restart.text')}</p>}
        {restart.busy && isAsked && <p className={styles['plain']}>{approvalText(target)}</p>}
      </div>
      {error !== undefined && <ErrorNotice error={error} />}
    </Dialog>
  );
}

/** Returns the text while a person at the peer is asked. */
function approvalText(target: PromptRecipient): string {
  const peer = target.kind === 'remote' ? (target.remote.peerName ?? target.remote.name) : recipientName(target);
  return text('remotes.restart.approval', { peer: quoteUntrusted(peer) });
}
