import { ShieldCheck } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ApprovalView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { navigate, useApp } from '../../store/index.ts';
import { Button, classes, EmptyState, PageHeader, Spinner, quoteUntrusted } from '../../ui/index.ts';
import { CompareDialog, SafetyNumberDialog } from '../peers/index.ts';
import { ApprovalCard } from './cards/approval-card.tsx';
import styles from './approvals-page.module.css';
import { DecidedList } from './decided-list.tsx';
import { IgnoreDialog } from './ignore-dialog.tsx';
import { mergePending, type PendingItem } from './inbox.ts';
import { RequestCard } from './cards/request-card.tsx';
import { requestTitle } from './cards/request-title.ts';
import { useArrivalGuard } from './decision/use-arrival-guard.ts';

type OpenDialog =
  | Readonly<{ kind: 'safety-number' | 'compare'; peerId: string }>
  | Readonly<{ kind: 'ignore'; approval: ApprovalView }>;

/**
 * Page of approvals: the requests of peers and gateways that wait for a decision, each as a card with its answers, and below them the list of earlier
 * decisions. The cards open dialogs here that show a peer's safety number, compare the pairing words, or ignore the peer. Announces new requests to
 * screen readers. Reads the store; the cards, the dialogs and the list call the agent.
 */
export function ApprovalsPage(): ReactElement {
  const id = useId();
  const approvals = useApp((state) => state.approvals);
  const requests = useApp((state) => state.requests);
  const known = useApp((state) => state.status !== undefined || state.approvals.length + state.requests.length > 0);
  const peers = useApp((state) => state.peers);
  const pending = useMemo(() => mergePending(approvals, requests), [approvals, requests]);
  const guard = useArrivalGuard(pending.map((waiting) => waiting.id));
  const arrived = useArrivals(pending);
  const [dialog, setDialog] = useState<OpenDialog>();
  const heading = useRef<HTMLHeadingElement>(null);
  const closeDialog = (): void => setDialog(undefined);
  const subject =
    dialog === undefined || dialog.kind === 'ignore' ? undefined : peers.find(({ peerId }) => peerId === dialog.peerId);

  return (
    <div className={styles['page']}>
      <PageHeader title={text('approvals.title')} description={text('approvals.description')} />
      <div role="status" className="visually-hidden">
        {arrived !== undefined && arrivalText(arrived)}
      </div>
      {known ? (
        <section aria-labelledby={id}>
          <h2
            ref={heading}
            id={id}
            className={classes(styles['heading'], pending.length === 0 && 'visually-hidden')}
            tabIndex={-1}
          >
            {text('approvals.waiting')}
          </h2>
          {pending.length === 0 ? (
            <EmptyState
              icon={<ShieldCheck />}
              title={text('approvals.empty.title')}
              action={<Button onClick={() => navigate({ page: 'machines' })}>{text('approvals.empty.action')}</Button>}
            >
              {text('approvals.empty.text')}
            </EmptyState>
          ) : (
            <ul className={styles['pending']}>
              {pending.map((waiting) => {
                if (waiting.kind === 'request')
                  return (
                    <RequestCard
                      key={waiting.id}
                      request={waiting.request}
                      guard={guard}
                      onFocusLost={() => heading.current?.focus()}
                    />
                  );
                const { approval } = waiting;
                return (
                  <ApprovalCard
                    key={waiting.id}
                    approval={approval}
                    guard={guard}
                    onSafetyNumber={
                      peers.some(({ peerId }) => peerId === approval.peerId)
                        ? () => setDialog({ kind: 'safety-number', peerId: approval.peerId })
                        : undefined
                    }
                    onCompare={() => setDialog({ kind: 'compare', peerId: approval.peerId })}
                    onIgnore={() => setDialog({ kind: 'ignore', approval })}
                    onFocusLost={() => heading.current?.focus()}
                  />
                );
              })}
            </ul>
          )}
          <DecidedList />
        </section>
      ) : (
        <div className={styles['loading']}>
          <Spinner label={text('approvals.loading')} />
        </div>
      )}
      {dialog?.kind === 'ignore' && <IgnoreDialog approval={dialog.approval} onClose={closeDialog} />}
      {subject !== undefined && dialog?.kind === 'compare' && <CompareDialog peer={subject} onClose={closeDialog} />}
      {subject !== undefined && dialog?.kind === 'safety-number' && (
        <SafetyNumberDialog peer={subject} onClose={closeDialog} />
      )}
    </div>
  );
}

/**
 * Returns the latest request that arrived while the page was open, for the page to announce it. Screen readers read earlier requests with the page.
 */
function useArrivals(pending: readonly PendingItem[]): PendingItem | undefined {
  const [arrived, setArrived] = useState<PendingItem>();
  const seen = useRef<ReadonlySet<number | string>>(undefined);
  useEffect(() => {
    const before = seen.current;
    seen.current = new Set(pending.map(({ id }) => id));
    const latest = before === undefined ? undefined : pending.findLast(({ id }) => !before.has(id));
    if (latest !== undefined) setArrived(latest);
  }, [pending]);
  return arrived;
}

function arrivalText(waiting: PendingItem): string {
  if (waiting.kind === 'request') return text('requests.arrived', { request: requestTitle(waiting.request) });
  const { peerName, kind, right } = waiting.approval;
  return text('approvals.arrived', {
    name: quoteUntrusted(peerName),
    request: text(`approvals.request.${kind}.${right}`),
  });
}
