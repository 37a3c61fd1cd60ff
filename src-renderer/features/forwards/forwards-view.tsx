import { ArrowLeftRight } from 'lucide-react';
import { useCallback, useEffect, useId, useMemo, useRef, useState, type ReactElement, type RefObject } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { forwardsOn, machineOfForward, openPairing, useApi, useApp } from '../../store/index.ts';
import { Button, EmptyState, RowSkeleton, useFocusFallback } from '../../ui/index.ts';
import { ForwardDialog } from './form/forward-dialog.tsx';
import type { Goal } from './form/goals.ts';
import styles from './forwards-page.module.css';
import { ForwardAnnouncer } from './list/forward-announcer.tsx';
import { GoalCards } from './list/goal-cards.tsx';
import { IncomingConnections } from './list/incoming-connections.tsx';
import { formatRate } from './list/quantities.ts';
import { asksBeforeRemoval, menuOf, removeAtOnce } from './list/remove-at-once.ts';
import { RemoveForwardDialog } from './list/remove-dialog.tsx';
import rowStyles from './list/rule-row.module.css';
import { RuleRow, type RuleDialogKind } from './list/rule-row.tsx';
import { useConnections } from './list/use-connections.ts';
import { useStatusOf } from './list/use-status-of.ts';
import { HostKeyDialog } from './problems/host-key-dialog.tsx';

type OpenDialog =
  | Readonly<{ kind: 'goal'; goal: Goal }>
  | Readonly<{ kind: 'by-hand'; peerId: string | undefined }>
  /** Rule for which the dialog was opened; its current view is shown while it exists. */
  | Readonly<{ kind: RuleDialogKind; forward: ForwardView }>;

/** `peerId`: shows only the forwards of this peer, and new ones go through it; undefined for all. */
export type ForwardsViewProps = Readonly<{ peerId?: string | undefined }>;

/**
 * Goals, list of forwards with the connections of peers through this machine, and the dialogs that add, edit and remove forwards: the page Forwards, and
 * the same part of a machine's page. While it is shown, it asks the agent for the open connections every second.
 */
export function ForwardsView({ peerId }: ForwardsViewProps): ReactElement {
  const saved = useApp((state) => state.forwards);
  const known = useApp((state) => state.status !== undefined || state.forwards.length > 0);
  const peers = useApp((state) => state.peers);
  const connections = useConnections();
  const [dialog, setDialog] = useState<OpenDialog>();
  const view = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useCallback(() => setDialog(undefined), []);
  const api = useApi();
  const openRule = useCallback(
    (kind: RuleDialogKind, forward: ForwardView) => {
      if (kind === 'remove' && !asksBeforeRemoval(forward)) void removeAtOnce(api, forward);
      else setDialog({ kind, forward });
    },
    [api],
  );

  const forwards = useMemo(
    () => (peerId === undefined ? saved : saved.filter((forward) => machineOfForward(forward) === peerId)),
    [saved, peerId],
  );
  const nextRow = useNextRow(view, forwards);
  useFocusFallback(view, dialog !== undefined, nextRow);
  const peerName = peers.find((peer) => peer.peerId === peerId)?.name;
  const shown =
    peerId === undefined
      ? connections
      : connections?.filter(({ direction, peerName: other }) => direction === 'out' || other === peerName);
  const now =
    dialog === undefined || !('forward' in dialog)
      ? undefined
      : (saved.find((forward) => forward.id === dialog.forward.id) ?? dialog.forward);
  return (
    <div ref={view} className={styles['container']} tabIndex={-1}>
      <ForwardAnnouncer forwards={forwards} />
      {!known && <RowSkeleton label={text('forwards.loading')} />}
      {known && peers.length === 0 && forwards.length === 0 && (
        <EmptyState
          icon={<ArrowLeftRight />}
          title={text('forwards.empty.no-peer')}
          action={
            <Button variant="primary" onClick={() => openPairing('choose')}>
              {text('forwards.empty.pair')}
            </Button>
          }
        />
      )}
      {known && (peers.length > 0 || forwards.length > 0) && (
        <GoalCards
          onGoal={(goal) => setDialog({ kind: 'goal', goal })}
          onByHand={() => setDialog({ kind: 'by-hand', peerId })}
        />
      )}
      {forwards.length > 0 && (
        <section className={styles['section']} aria-labelledby={id}>
          <div className={styles['heading-line']}>
            <h2 id={id} className={styles['heading']}>
              {text('forwards.list')}
            </h2>
            <Summary forwards={forwards} />
          </div>
          <ul className={rowStyles['list']} aria-labelledby={id}>
            {forwards.map((forward) => (
              <RuleRow
                key={forward.id}
                forward={forward}
                connections={connections?.filter((connection) => connection.forward === forward.id)}
                onOpen={openRule}
              />
            ))}
          </ul>
        </section>
      )}
      {known && peers.length > 0 && forwards.length === 0 && (
        <p className={styles['none']}>{text(peerId === undefined ? 'forwards.none' : 'forwards.none.peer')}</p>
      )}
      <IncomingConnections connections={shown} />
      {dialog?.kind === 'goal' && <ForwardDialog goal={dialog.goal} peerId={peerId} onClose={close} />}
      {dialog?.kind === 'by-hand' && <ForwardDialog peerId={dialog.peerId} onClose={close} />}
      {dialog?.kind === 'edit' && now !== undefined && <ForwardDialog forward={now} onClose={close} />}
      {dialog?.kind === 'remove' && now !== undefined && <RemoveForwardDialog forward={now} onClose={close} />}
      {dialog?.kind === 'host-key' && now !== undefined && now.hostKey !== null && (
        <HostKeyDialog forward={now} hostKey={now.hostKey} onClose={close} />
      )}
    </div>
  );
}

/**
 * Gives the focus to the row that takes the place of one that was removed at once, if the focus was lost with it.
 * @returns a function that returns the menu of that row, for the dialog that has removed one; null where no row was removed, or none is left
 */
function useNextRow(
  view: RefObject<HTMLDivElement | null>,
  forwards: readonly ForwardView[],
): () => HTMLElement | null {
  const before = useRef(forwards);
  const removed = useRef<number>(undefined);
  const next = useCallback((): HTMLElement | null => {
    const rows = [...(view.current?.querySelectorAll('[data-forward]') ?? [])];
    const at = removed.current;
    removed.current = undefined;
    return at === undefined ? null : menuOf(rows[at] ?? rows.at(-1));
  }, [view]);
  useEffect(() => {
    const at = before.current.findIndex(({ id }) => forwards.every((other) => other.id !== id));
    before.current = forwards;
    if (at === -1) return undefined;
    removed.current = at;
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) (next() ?? view.current)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [view, forwards, next]);
  return next;
}

function Summary({ forwards }: Readonly<{ forwards: readonly ForwardView[] }>): ReactElement {
  const statusOf = useStatusOf();
  const peers = useApp((state) => state.peers);
  // As the side bar and the machines count.
  const all = forwardsOn(forwards, peers).map(statusOf);
  const running = all.filter((status) => status === 'ready').length;
  const failing = all.filter((status) => status === 'problem' || status === 'failed' || status === 'deny').length;
  const waiting = all.filter((status) => status === 'waiting' || status === 'starting').length;
  const asking = all.filter((status) => status === 'ask').length;
  const perhaps = all.filter((status) => status === 'may-ask').length;
  const rate = forwards.reduce((sum, { rateIn }) => sum + rateIn, 0);
  return (
    <span className={styles['summary']} aria-live="off">
      {[
        (running > 0 || all.length === 0) && text('forwards.running', { count: running }),
        failing > 0 && text('forwards.failing', { count: failing }),
        waiting > 0 && text('forwards.waiting', { count: waiting }),
        asking > 0 && text('forwards.asking', { count: asking }),
        perhaps > 0 && text('forwards.may-ask', { count: perhaps }),
      ]
        .filter((part) => part !== false)
        .join(' · ')}
      {rate > 0 && <span aria-hidden="true"> · ↓ {formatRate(rate)}</span>}
    </span>
  );
}
