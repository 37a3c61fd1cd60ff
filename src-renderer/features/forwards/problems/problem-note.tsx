import { CircleAlert, KeyRound } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import type { ForwardProblem, ForwardView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { explain, gapAfter, joinSentences, text } from '../../../locale/index.ts';
import { applyForward, machineOfForward, navigate, notify, useCall } from '../../../store/index.ts';
import { Button, classes, formatAgo, Prose, quoteUntrusted, useNow } from '../../../ui/index.ts';
import styles from './problem-note.module.css';
import { explainConnection, hasOneTarget, isDeclined, remedyOf } from '../list/forward-status.ts';

export type ProblemNoteProps = Readonly<{
  forward: ForwardView;
  problem: ForwardProblem;
  /** Opens the dialog that edits the forward. */
  onEdit(): void;
  /** Opens the dialog about the SSH server's key. */
  onHostKey(): void;
}>;

/** Explains below a forward's row why it doesn't run, or why its last connection failed, in at most three sentences. */
export function ProblemText({ forward, problem }: Pick<ProblemNoteProps, 'forward' | 'problem'>): ReactElement {
  const now = useNow();
  const { what, why, next } = explainConnection(forward, problem);
  // The key's dialog shows the long fingerprint.
  const remedy = remedyOf(forward);
  const last = lastText(forward, problem, formatAgo(problem.at, now));
  return (
    <p className={classes(styles['text'], forward.state === 'failed' && styles['bad'])} data-code={problem.code}>
      {forward.state === 'ready' && !isDeclined(problem) && (
        <span className={styles['when']}>
          {last}
          {gapAfter(last)}
        </span>
      )}
      <strong>{what}</strong>
      {gapAfter(what)}
      {remedy.kind !== 'host-key' && (
        <span className={styles['why']}>
          {why}
          {gapAfter(why)}
        </span>
      )}
      {next !== '' && (
        <span className={styles['why']}>
          <Prose>{next}</Prose>
        </span>
      )}
    </p>
  );
}

/** Names the time of the failed connection, and its target if the forward has several. */
function lastText({ rule }: ForwardView, { details }: ForwardProblem, ago: string): string {
  const { target } = details;
  return typeof target === 'string' && !hasOneTarget(rule)
    ? text('forwards.problem.last.to', { ago, target: quoteUntrusted(target) })
    : text('forwards.problem.last', { ago });
}

/**
 * Button of a forward's row that solves its problem: it opens a dialog or page, or makes the agent restart the forward or move it to a free port.
 * Shows nothing without a remedy.
 */
export function RemedyButton({ forward, onEdit, onHostKey }: Omit<ProblemNoteProps, 'problem'>): ReactElement | null {
  const remedy = remedyOf(forward);
  switch (remedy.kind) {
    case 'none':
      return null;
    case 'free-port':
      return <FreePort forward={forward} free={remedy.free} />;
    case 'edit':
      return (
        <Button size="small" onClick={onEdit}>
          {text('forwards.problem.edit')}
        </Button>
      );
    case 'host-key':
      return (
        <Button size="small" onClick={onHostKey}>
          {text('forwards.problem.host-key')}
        </Button>
      );
    case 'peers':
      return (
        <Button size="small" onClick={() => navigate({ page: 'machines', machine: machineOfForward(forward) })}>
          {text('forwards.problem.peers')}
        </Button>
      );
    case 'restart':
      return <Restart forward={forward} />;
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
  const note = text(isNew ? 'forwards.key.note' : 'forwards.key.changed.note');
  return (
    <div className={classes(styles['note'], !isNew && styles['failed'])} data-code="key">
      {isNew ? <KeyRound aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
      <div className={styles['words']}>
        <p>
          <strong>{note}</strong>
          {gapAfter(note)}
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
  useFailureToast(update.error);
  const { id, rule } = forward;
  const move = async (): Promise<void> => {
    const moved = await update.run({ id, rule: { ...rule, listen: { ...rule.listen, port: free } } });
    if (moved !== undefined) applyForward(moved);
  };
  return (
    <Button size="small" busy={update.busy} onClick={() => void move()}>
      {text('forwards.problem.use-free', { port: free })}
    </Button>
  );
}

function Restart({ forward }: Readonly<{ forward: ForwardView }>): ReactElement {
  const restart = useCall('forwards.restart');
  useFailureToast(restart.error);
  const again = async (): Promise<void> => {
    const view = await restart.run({ id: forward.id });
    if (view !== undefined) applyForward(view);
  };
  return (
    <Button size="small" busy={restart.busy} onClick={() => void again()}>
      {text('forwards.problem.try-again')}
    </Button>
  );
}

/** Shows a failed call of a row's button as a toast, because the row has room for one problem. */
function useFailureToast(error: unknown): void {
  useEffect(() => {
    if (error === undefined) return;
    const { what, next } = explain(error);
    notify({ tone: 'bad', text: joinSentences(what, next) });
  }, [error]);
}
