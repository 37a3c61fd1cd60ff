import type { ReactElement } from 'react';
import { ClawReachError } from '#shared/errors.ts';
import { explain, joinSentences, text } from '../../../locale/index.ts';
import { openPairingAgain, useApp } from '../../../store/index.ts';
import {
  Button,
  ErrorNotice,
  formatLeft,
  Prose,
  quoteUntrusted,
  Spinner,
  StatusDot,
  useNow,
} from '../../../ui/index.ts';
import { quotedNameOf, type Machine } from './machine.ts';
import { isOver, type Phase } from './phase.ts';
import { mayShowWords } from './may-show-words.ts';
import { hasEnded } from './terminal-status.ts';
import { useIsAway } from './use-is-away.ts';
import type { Pane } from '../tabs/tab-types.ts';
import styles from '../terminals.module.css';
import type { Terminals } from '../use-terminals.ts';

/**
 * Shows the phase of a terminal that has no screen yet: connecting, waiting for approval or for its machine, or failed. The person can cancel, retry,
 * or close it. The strip below the panes tells the other phases.
 */
export function PhaseView({ pane, terminals }: Readonly<{ pane: Pane; terminals: Terminals }>): ReactElement | null {
  const { phase } = pane;
  const { manager } = terminals;
  const session = manager.session(pane.id);
  const machine = terminals.machineOf(pane.host);
  const peer = quotedNameOf(machine);
  // At the machine of another person, that person answers.
  const owner = useApp(({ owners }) => (pane.host.kind === 'peer' ? owners[pane.host.peerId] : undefined));
  const close = (
    <Button size="small" variant="quiet" onClick={() => terminals.close(pane.id)}>
      {text('terminals.close')}
    </Button>
  );
  const act = (label: string, onClick: () => void): ReactElement => (
    <Button
      size="small"
      onClick={() => {
        manager.focusPane(pane.id);
        onClick();
        terminals.focus();
      }}
    >
      {label}
    </Button>
  );
  const startNew = (label: string): ReactElement => act(label, () => session?.startNew());
  if (hasEnded(phase, machine))
    return pane.hasOutput || phase.kind === 'unopened' ? null : (
      <p className={styles['nothing-kept']}>
        <Prose>{text('terminals.not-kept')}</Prose>
      </p>
    );
  switch (phase.kind) {
    case 'running':
    case 'lost':
      // The strip below the panes tells these, and the others without a case of their own.
      return null;
    case 'ended':
    case 'gone':
    case 'unopened':
      return null;
    case 'elsewhere':
      // The strip below the panes has the button for all of them.
      return (
        <p role="status" className={styles['elsewhere']}>
          {text(phase.isInTab ? 'terminals.elsewhere.tab' : 'terminals.elsewhere')}
        </p>
      );
    case 'away':
      return pane.hasOutput ? null : <AwayView pane={pane} terminals={terminals} phase={phase} />;
    case 'connecting':
    case 'approval':
      return pane.hasOutput ? null : (
        <div className={styles['waiting']} role="status">
          <span className={styles['waiting-spinner']}>
            <Spinner label={text(`terminals.status.${phase.kind}`)} />
          </span>
          <h2>{text(`terminals.${phase.kind}`, { peer })}</h2>
          <p>
            <Prose>
              {phase.kind === 'approval' && owner !== undefined
                ? text('terminals.approval.owner', { owner: quoteUntrusted(owner), peer })
                : text(`terminals.${phase.kind}.text`, { peer })}
            </Prose>
          </p>
          {phase.kind === 'approval' && owner === undefined && mayShowWords(machine) && (
            <p>{text('terminals.approval.words', { peer })}</p>
          )}
          <Button onClick={() => terminals.close(pane.id)}>{text('terminals.cancel')}</Button>
        </div>
      );
    case 'failed':
      if (hasRemoved(machine) || isRemoved(machine, phase.code))
        return (
          <div className={styles['failed']}>
            <ErrorNotice
              error={phase.error}
              sentence={
                hasRemoved(machine)
                  ? text(machine.peer?.forgottenBecause === 'words' ? 'peers.forgot.news.words' : 'peers.forgot.news', {
                      name: peer,
                    })
                  : removedText(machine)
              }
              action={
                <span className={styles['actions']}>
                  <Button size="small" onClick={() => openPairingAgain(peer)}>
                    {text('terminals.removed.pair')}
                  </Button>
                  {close}
                </span>
              }
            />
          </div>
        );
      if (phase.code === 'rights.declined')
        return (
          <div className={styles['failed']}>
            <Declined
              error={phase.error}
              peer={peer}
              close={close}
              again={act(text('terminals.ask-again'), () => session?.reattach())}
            />
          </div>
        );
      return (
        <div className={styles['failed']}>
          <ErrorNotice
            error={phase.error}
            action={
              <span className={styles['actions']}>
                {isOver(phase)
                  ? // Its program was ended with the right.
                    startNew(text('terminals.retry'))
                  : act(text('terminals.retry'), () => session?.reattach())}
                {close}
              </span>
            }
          />
        </div>
      );
  }
}

/** Says that a person at the machine declined the terminal, and counts down the time for which the same request is declined. */
function Declined({
  error,
  peer,
  close,
  again,
}: Readonly<{
  error: unknown;
  peer: string;
  close: ReactElement;
  /** Button that asks again: someone there may have let it meanwhile, which isn't told here. */
  again: ReactElement;
}>): ReactElement {
  const now = useNow(500);
  const until = error instanceof ClawReachError ? error.details['until'] : undefined;
  const left = typeof until === 'number' ? until - now : 0;
  const wait =
    left > 0
      ? text('terminals.declined.wait', { time: formatLeft(left), button: text('approvals.ask-again') })
      : undefined;
  return (
    <ErrorNotice
      error={error}
      sentence={text('terminals.declined', { peer })}
      action={
        <>
          {wait !== undefined && (
            <p role="timer" className={styles['declined-wait']}>
              {wait}
            </p>
          )}
          <span className={styles['actions']}>
            {again}
            {close}
          </span>
        </>
      }
    />
  );
}

/** Says that the machine of a new terminal can't be reached, and that the terminal opens when it can. */
function AwayView({
  pane,
  terminals,
  phase,
}: Readonly<{ pane: Pane; terminals: Terminals; phase: Extract<Phase, { kind: 'away' }> }>): ReactElement {
  const now = useNow(500);
  const machine = terminals.machineOf(pane.host);
  const peer = quotedNameOf(machine);
  const isAway = useIsAway(machine, phase.code);
  const { what, why, next } = explain(phase.error);
  return (
    <div className={styles['waiting']}>
      <span className={styles['waiting-away']}>
        <StatusDot state={isAway ? 'offline' : 'waiting'} label="" />
      </span>
      <div role="status" className={styles['waiting-words']}>
        <h2>{text(isAway ? 'terminals.away' : 'terminals.away.unreached', { peer })}</h2>
        <p>{text(isAway ? 'terminals.away.text' : 'terminals.away.unreached.text')}</p>
        {!isAway && <p>{joinSentences(what, why, next)}</p>}
      </div>
      <span className={styles['actions']}>
        <Button busy={phase.retryAt === null} onClick={() => terminals.manager.session(pane.id)?.retryNow()}>
          {text('terminals.now')}
        </Button>
        <Button variant="quiet" onClick={() => terminals.close(pane.id)}>
          {text('terminals.cancel')}
        </Button>
      </span>
      {phase.retryAt !== null && (
        <p aria-live="off" className={styles['waiting-next']}>
          {text('terminals.strip.next', { count: Math.max(1, Math.ceil((phase.retryAt - now) / 1000)) })}
        </p>
      )}
    </div>
  );
}

/** Reports whether the machine of a terminal has removed this one, whatever the last attempt has met. */
function hasRemoved(machine: Machine): machine is Extract<Machine, { kind: 'peer' }> {
  return machine.kind === 'peer' && machine.peer?.forgottenAt !== undefined;
}

/** Reports whether the machine of a terminal that couldn't be resumed was removed here. */
function isRemoved(machine: Machine, code: string): machine is Extract<Machine, { kind: 'peer' }> {
  if (machine.kind !== 'peer' || machine.peer !== undefined) return false;
  return code === 'peer.unknown' || machine.lastName !== undefined;
}

function removedText({ lastName }: Extract<Machine, { kind: 'peer' }>): string {
  return lastName === undefined
    ? text('terminals.removed.unnamed')
    : text('terminals.removed', { peer: quoteUntrusted(lastName) });
}
