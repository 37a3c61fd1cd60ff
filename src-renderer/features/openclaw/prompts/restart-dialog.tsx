import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { CallProgress } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Spinner, quoteUntrusted } from '../../../ui/index.ts';
import { showAnswer } from './answer.ts';
import styles from './prompts.module.css';
import { recipientName, recipientLocation, type PromptRecipient } from './recipient.ts';

type Progress = CallProgress<'remote.restart'>;

/**
 * Dialog that restarts an OpenClaw through the agent. It asks first which tasks the restart would cancel and lists them; nothing changes before the
 * person confirms. A person at the peer may have to approve both.
 */
export function RestartDialog({
  target,
  onClose,
}: Readonly<{ target: PromptRecipient; onClose(): void }>): ReactElement {
  const look = useCall('remote.restart');
  const restart = useCall('remote.restart');
  const [pending, setPending] = useState<readonly string[]>();
  const [awaitsApproval, setAwaitsApproval] = useState(false);
  const name = quoteUntrusted(recipientName(target));
  // The recipient's view changes while the dialog is open, its location doesn't.
  const [location] = useState(() => recipientLocation(target));
  const { run } = look;
  const ask = useCallback(() => {
    let tasks: readonly string[] = [];
    const onProgress = (step: Progress): void => {
      if (step.kind === 'approval') setAwaitsApproval(true);
      else ({ tasks } = step);
    };
    return run({ ...location, confirmed: false }, { onProgress }).then((answer) => {
      if (answer !== undefined) setPending(tasks);
    });
  }, [run, location]);
  useEffect(() => void ask(), [ask]);

  const apply = async (): Promise<void> => {
    setAwaitsApproval(false);
    const answer = await restart.run(
      { ...location, confirmed: true },
      {
        onProgress: (step) => {
          if (step.kind === 'approval') setAwaitsApproval(true);
        },
      },
    );
    if (answer === undefined) return;
    const count = answer.cancelled.length;
    notify({
      tone: 'good',
      text: count === 0 ? text('prompts.restarted', { name }) : text('prompts.restarted.cancelled', { name, count }),
    });
    onClose();
  };
  const error = look.error ?? restart.error;
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={text('prompts.restart.title', { name })}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          {look.error !== undefined && (
            <Button
              onClick={() => {
                setAwaitsApproval(false);
                void ask();
              }}
            >
              {text('prompts.restart.again')}
            </Button>
          )}
          <Button variant="danger" busy={restart.busy} disabled={pending === undefined} onClick={() => void apply()}>
            {text(
              pending === undefined || pending.length === 0
                ? 'prompts.restart.apply'
                : 'prompts.restart.apply.cancelling',
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
            {awaitsApproval ? approvalText(target) : text('prompts.restart.asking')}
          </p>
        )}
        {pending?.length === 0 && <p className={styles['plain']}>{text('prompts.restart.nothing')}</p>}
        {pending !== undefined && pending.length > 0 && (
          <>
            <p className={styles['plain']}>{text('prompts.restart.pending', { count: pending.length })}</p>
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
        {pending !== undefined && <p className={styles['plain']}>{text('prompts.restart.text')}</p>}
        {restart.busy && awaitsApproval && <p className={styles['plain']}>{approvalText(target)}</p>}
      </div>
      {error !== undefined && <ErrorNotice error={error} />}
    </Dialog>
  );
}

/** Returns the text shown while a person at the peer has to approve the restart. */
function approvalText(target: PromptRecipient): string {
  const peer = target.kind === 'remote' ? (target.remote.peerName ?? target.remote.name) : recipientName(target);
  return text('prompts.restart.approval', { peer: quoteUntrusted(peer) });
}
