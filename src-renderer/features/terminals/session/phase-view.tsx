import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../../locale/index.ts';
import { Banner, Button, ErrorNotice, Spinner } from '../../../ui/index.ts';
import { quotedNameOf } from './machine.ts';
import { isOver, type Phase } from './phase.ts';
import type { Pane } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

/**
 * Shows the phase of a terminal that isn't running: connecting, waiting for approval, lost, ended or failed. The person can cancel, retry, open a new
 * terminal or close it.
 */
export function PhaseView({ pane, terminals }: Readonly<{ pane: Pane; terminals: Terminals }>): ReactElement | null {
  const { phase } = pane;
  const { manager } = terminals;
  const session = manager.session(pane.id);
  const peer = quotedNameOf(terminals.machineOf(pane.host));
  const close = (
    <Button size="small" variant="quiet" onClick={() => terminals.close(pane.id)}>
      {text('terminals.close')}
    </Button>
  );
  const act = (label: string, onClick: () => void): ReactElement => (
    <Button
      size="small"
      onClick={() => {
        onClick();
        terminals.focus();
      }}
    >
      {label}
    </Button>
  );
  const startNew = (label: string): ReactElement => act(label, () => session?.startNew());
  switch (phase.kind) {
    case 'running':
      return null;
    case 'connecting':
    case 'approval':
      return (
        <div className={styles['waiting']} role="status">
          <span className={styles['waiting-spinner']}>
            <Spinner label={text(`terminals.status.${phase.kind}`)} />
          </span>
          <h2>{text(`terminals.${phase.kind}`, { peer })}</h2>
          <p>{text(`terminals.${phase.kind}.text`, { peer })}</p>
          <Button onClick={() => terminals.close(pane.id)}>{text('terminals.cancel')}</Button>
        </div>
      );
    case 'lost':
      return (
        <Bar
          tone="warning"
          actions={
            <>
              {phase.retryAt !== null && act(text('terminals.now'), () => session?.retryNow())}
              {close}
            </>
          }
        >
          <LostText phase={phase} peer={peer} />
        </Bar>
      );
    case 'ended':
      return (
        <Bar
          tone={phase.exitCode === 0 ? 'neutral' : 'info'}
          actions={
            <>
              {startNew(text('terminals.start-new'))}
              {close}
            </>
          }
        >
          {endedText(phase)} {text('terminals.ended.enter')}
        </Bar>
      );
    case 'gone':
      return (
        <Bar
          tone="info"
          actions={
            <>
              {startNew(text('terminals.open-new'))}
              {close}
            </>
          }
        >
          {text('terminals.gone')} {text('terminals.ended.enter')}
        </Bar>
      );
    case 'failed':
      return (
        <div className={styles['failed']}>
          <ErrorNotice
            error={phase.error}
            action={
              <span className={styles['actions']}>
                {isOver(phase)
                  ? // Its program was ended with the right.
                    startNew(text('terminals.retry'))
                  : act(text(phase.code === 'terminal.taken-over' ? 'terminals.take-back' : 'terminals.retry'), () =>
                      session?.reattach(),
                    )}
                {close}
              </span>
            }
          />
        </div>
      );
  }
}

type BarProps = Readonly<{ tone: 'warning' | 'neutral' | 'info'; actions: ReactNode; children: ReactNode }>;

function Bar({ tone, actions, children }: BarProps): ReactElement {
  return (
    <div className={styles['phase-bar']}>
      <Banner tone={tone} action={<span className={styles['actions']}>{actions}</span>}>
        {children}
      </Banner>
    </div>
  );
}

function LostText({ phase, peer }: Readonly<{ phase: Extract<Phase, { kind: 'lost' }>; peer: string }>): ReactElement {
  const { retryAt, awaitsApproval } = phase;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  if (awaitsApproval) return <>{text('terminals.lost.asking', { peer })}</>;
  if (retryAt === null) return <>{text('terminals.lost')}</>;
  // Screen readers don't read the seconds each time.
  return (
    <span aria-live="off">{text('terminals.lost.in', { count: Math.max(1, Math.ceil((retryAt - now) / 1000)) })}</span>
  );
}

function endedText({ exitCode, signal }: Extract<Phase, { kind: 'ended' }>): string {
  if (signal !== null) return text('terminals.ended.signal', { signal });
  return exitCode === 0 || exitCode === null
    ? text('terminals.ended.well')
    : text('terminals.ended.code', { code: exitCode });
}
