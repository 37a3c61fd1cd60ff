import { CircleAlert, Hourglass, KeyRound } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ForwardProblem, ForwardView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { text } from '../../../locale/index.ts';
import { applyForward, navigate, useCall } from '../../../store/index.ts';
import { Button, classes, ErrorNotice, formatAgo, quoteUntrusted, useNow } from '../../../ui/index.ts';
import styles from './problem-note.module.css';
import { explainForward, hasOneTarget, remedyOf } from '../list/forward-status.ts';

export type ProblemNoteProps = Readonly<{
  forward: ForwardView;
  problem: ForwardProblem;
  /** Opens the dialog that edits the forward. */
  onEdit(): void;
  /** Opens the dialog about the SSH server's key. */
  onHostKey(): void;
}>;

/**
 * Explains why a forward doesn't run or why its last connection failed. A button offers the next step: it opens a dialog or page, or makes the agent
 * restart the forward or move it to a free port.
 */
export function ProblemNote({ forward, problem, onEdit, onHostKey }: ProblemNoteProps): ReactElement {
  const now = useNow();
  const { what, why, next } = explainForward(problem);
  // The key's dialog shows the long fingerprint.
  const remedy = remedyOf(forward);
  const isFailed = forward.state === 'failed';
  const Icon = isFailed || forward.state === 'ready' ? CircleAlert : Hourglass;
  return (
    <div className={classes(styles['note'], isFailed && styles['failed'])} data-code={problem.code}>
      <Icon aria-hidden="true" />
      <div className={styles['words']}>
        {forward.state === 'ready' && (
          <p className={styles['when']}>{lastText(forward, problem, formatAgo(problem.at, now))}</p>
        )}
        <p>
          <strong>{what}</strong> {remedy.kind !== 'host-key' && why}
        </p>
        {remedy.kind !== 'free-port' && next !== '' && <p>{next}</p>}
        <Step forward={forward} onEdit={onEdit} onHostKey={onHostKey} />
      </div>
    </div>
  );
}

/** Names the time of the failed connection, and its target if the forward has several. */
function lastText({ rule }: ForwardView, { details }: ForwardProblem, ago: string): string {
  const { target } = details;
  return typeof target === 'string' && !hasOneTarget(rule)
    ? text('forwards.problem.last.to', { ago, target: quoteUntrusted(target) })
    : text('forwards.problem.last', { ago });
}

function Step({ forward, onEdit, onHostKey }: Omit<ProblemNoteProps, 'problem'>): ReactElement | null {
  const remedy = remedyOf(forward);
  switch (remedy.kind) {
    case 'none':
      return null;
    case 'free-port':
      return <FreePort forward={forward} free={remedy.free} />;
    case 'edit':
      return (
        <div className={styles['step']}>
          <Button size="small" onClick={onEdit}>
            {text('forwards.problem.edit')}
          </Button>
          <Restart forward={forward} />
        </div>
      );
    case 'host-key':
      return (
        <div className={styles['step']}>
          <Button size="small" variant="primary" onClick={onHostKey}>
            {text('forwards.problem.host-key')}
          </Button>
        </div>
      );
    case 'peers':
      return (
        <div className={styles['step']}>
          <Button size="small" onClick={() => navigate({ page: 'machines' })}>
            {text('forwards.problem.peers')}
          </Button>
        </div>
      );
    case 'restart':
      return (
        <div className={styles['step']}>
          <Restart forward={forward} />
        </div>
      );
    default:
      return assertNever(remedy);
  }
}

/**
 * Note about the unknown or changed key of an SSH server that is one of several upstreams. The forward works, but doesn't use that server until the
 * person decides.
 */
export function KeyNote({
  hostKey,
  onHostKey,
}: Readonly<{ hostKey: NonNullable<ForwardView['hostKey']>; onHostKey(): void }>): ReactElement {
  const isNew = hostKey.before === null;
  return (
    <div className={classes(styles['note'], !isNew && styles['failed'])} data-code="key">
      {isNew ? <KeyRound aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
      <div className={styles['words']}>
        <p>
          <strong>{text(isNew ? 'forwards.key.note' : 'forwards.key.changed.note')}</strong>{' '}
          {text('forwards.key.note.why')}
        </p>
        <div className={styles['step']}>
          <Button size="small" variant={isNew ? 'secondary' : 'primary'} onClick={onHostKey}>
            {text('forwards.problem.host-key')}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** Button that makes the agent move the forward to a free local port. */
function FreePort({ forward, free }: Readonly<{ forward: ForwardView; free: number }>): ReactElement {
  const update = useCall('forwards.update');
  const { id, rule } = forward;
  const move = async (): Promise<void> => {
    const moved = await update.run({ id, rule: { ...rule, listen: { ...rule.listen, port: free } } });
    if (moved !== undefined) applyForward(moved);
  };
  return (
    <>
      <div className={styles['step']}>
        <Button size="small" variant="primary" busy={update.busy} onClick={() => void move()}>
          {text('forwards.problem.use-free', { port: free })}
        </Button>
        <Restart forward={forward} />
      </div>
      {update.error !== undefined && <ErrorNotice error={update.error} onDismiss={update.reset} />}
    </>
  );
}

function Restart({ forward }: Readonly<{ forward: ForwardView }>): ReactElement {
  const restart = useCall('forwards.restart');
  const again = async (): Promise<void> => {
    const view = await restart.run({ id: forward.id });
    if (view !== undefined) applyForward(view);
  };
  return (
    <>
      <Button size="small" busy={restart.busy} onClick={() => void again()}>
        {text('forwards.problem.try-again')}
      </Button>
      {restart.error !== undefined && <ErrorNotice error={restart.error} onDismiss={restart.reset} />}
    </>
  );
}
