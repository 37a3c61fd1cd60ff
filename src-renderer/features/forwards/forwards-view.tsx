import { ArrowLeftRight } from 'lucide-react';
import { useCallback, useEffect, useId, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { openPairing, useApp } from '../../store/index.ts';
import { Button, EmptyState, PageLoading, useFocusFallback } from '../../ui/index.ts';
import { ForwardDialog } from './form/forward-dialog.tsx';
import type { Goal } from './form/goals.ts';
import styles from './forwards-page.module.css';
import { ForwardAnnouncer } from './list/forward-announcer.tsx';
import { GoalCards } from './list/goal-cards.tsx';
import { IncomingConnections } from './list/incoming-connections.tsx';
import { formatRate } from './list/quantities.ts';
import { RemoveForwardDialog } from './list/remove-dialog.tsx';
import rowStyles from './list/rule-row.module.css';
import { RuleRow, type RuleDialogKind } from './list/rule-row.tsx';
import { useConnections } from './list/use-connections.ts';
import { HostKeyDialog } from './problems/host-key-dialog.tsx';

type OpenDialog =
  | Readonly<{ kind: 'goal'; goal: Goal }>
  | Readonly<{ kind: 'by-hand' }>
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
  const openRule = useCallback((kind: RuleDialogKind, forward: ForwardView) => setDialog({ kind, forward }), []);
  useFocusFallback(view, dialog !== undefined);
  const requestedPeer = useRequestedForward(peerId, () => setDialog({ kind: 'by-hand' }));

  const forwards = useMemo(
    () => (peerId === undefined ? saved : saved.filter(({ rule }) => 'peer' in rule && rule.peer === peerId)),
    [saved, peerId],
  );
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
      {!known && <PageLoading label={text('forwards.loading')} />}
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
          onByHand={() => setDialog({ kind: 'by-hand' })}
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
      {dialog?.kind === 'goal' && <ForwardDialog goal={dialog.goal} peerId={peerId ?? requestedPeer} onClose={close} />}
      {dialog?.kind === 'by-hand' && <ForwardDialog peerId={peerId ?? requestedPeer} onClose={close} />}
      {dialog?.kind === 'edit' && now !== undefined && <ForwardDialog forward={now} onClose={close} />}
      {dialog?.kind === 'remove' && now !== undefined && <RemoveForwardDialog forward={now} onClose={close} />}
      {dialog?.kind === 'host-key' && now !== undefined && now.hostKey !== null && (
        <HostKeyDialog forward={now} hostKey={now.hostKey} onClose={close} />
      )}
    </div>
  );
}

/** Fulfils the store's request to forward a port of a peer: opens the dialog once for each. @returns the peer that was asked for last */
function useRequestedForward(own: string | undefined, open: () => void): string | undefined {
  const requested = useApp((state) => state.requestedForward);
  const done = useRef<number>(undefined);
  const opened = useRef(open);
  opened.current = open;
  useEffect(() => {
    if (requested === undefined || done.current === requested.serial) return;
    done.current = requested.serial;
    // A page that is shown later doesn't open it again.
    useApp.setState((state) => (state.requestedForward === requested ? { requestedForward: undefined } : {}));
    opened.current();
  }, [requested]);
  const last = useRef<string>(undefined);
  if (requested !== undefined) last.current = requested.peerId;
  return own ?? last.current;
}

function Summary({ forwards }: Readonly<{ forwards: readonly ForwardView[] }>): ReactElement {
  const running = forwards.filter(({ state }) => state === 'ready').length;
  const rate = forwards.reduce((sum, { rateIn }) => sum + rateIn, 0);
  return (
    <span className={styles['summary']} aria-live="off">
      {text('forwards.running', { count: running })}
      {rate > 0 && <span aria-hidden="true"> · ↓ {formatRate(rate)}</span>}
    </span>
  );
}
