import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, ErrorNotice, Prose, Spinner } from '../../../ui/index.ts';
import { quotedNameOf } from './machine.ts';
import { isOver } from './phase.ts';
import type { Pane } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

/**
 * Shows the phase of a terminal that has no screen yet: connecting, waiting for approval, or failed. The person can cancel, retry, or close it. The
 * strip below the panes tells the other phases.
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
    case 'lost':
    case 'ended':
    case 'gone':
      // The strip below the panes tells these.
      return null;
    case 'connecting':
    case 'approval':
      return (
        <div className={styles['waiting']} role="status">
          <span className={styles['waiting-spinner']}>
            <Spinner label={text(`terminals.status.${phase.kind}`)} />
          </span>
          <h2>{text(`terminals.${phase.kind}`, { peer })}</h2>
          <p>
            <Prose>{text(`terminals.${phase.kind}.text`, { peer })}</Prose>
          </p>
          <Button onClick={() => terminals.close(pane.id)}>{text('terminals.cancel')}</Button>
        </div>
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
