import { Inbox } from 'lucide-react';
import { useCallback, useEffect, useId, useMemo, useRef, useState, type ReactElement } from 'react';
import type { ApprovalView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useShortcutOf } from '../../keys/index.ts';
import { useApp } from '../../store/index.ts';
import {
  type ArrivalGuard,
  classes,
  EmptyState,
  type GuardedId,
  KeyCaps,
  PageHeader,
  quoteUntrusted,
  RowSkeleton,
  useArrivalGuard,
} from '../../ui/index.ts';
import { CompareDialog, SafetyNumberDialog } from '../peers/index.ts';
import { AddRequests } from './add-requests.tsx';
import { DecidedList } from './decided-list.tsx';
import { IgnoreDialog } from './ignore-dialog.tsx';
import styles from './inbox-page.module.css';
import { mergePending, type PendingItem } from './pending.ts';
import { ApprovalRow } from './rows/approval-row.tsx';
import { RequestRow } from './rows/request-row.tsx';
import { approvalRequest, requestTitle } from './rows/request-title.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useFocusAfterRow } from './use-focus-after-row.ts';
import { useFocusOnOpening } from './use-focus-on-opening.ts';
import { useInboxKeys } from './use-inbox-keys.ts';
import { useSelection } from './use-selection.ts';

type OpenDialog =
  | Readonly<{ kind: 'safety-number' | 'compare'; peerId: string }>
  | Readonly<{ kind: 'ignore'; approval: ApprovalView }>;

/**
 * Page of all requests of peers and gateways that wait for a decision, as rows of one form: the open one shows everything that an answer depends on, and
 * the answers. Beside or below them is the list of earlier decisions. Announces new requests to screen readers. The open row has the focus when a person
 * opens the page, and the next one when the focused row goes; nothing gets it when a request arrives.
 */
export function InboxPage(): ReactElement {
  const id = useId();
  const approvals = useApp((state) => state.approvals);
  const requests = useApp((state) => state.requests);
  const known = useApp((state) => state.status !== undefined || state.approvals.length + state.requests.length > 0);
  const peers = useApp((state) => state.peers);
  const hasAddRequests = useApp((state) => state.addRequests.length > 0);
  const wanted = useApp(({ place }) => (place.page === 'inbox' ? place.request : undefined));
  const pending = useMemo(() => mergePending(approvals, requests), [approvals, requests]);
  const ids = useMemo(() => pending.map((waiting) => waiting.id), [pending]);
  const guard = useArrivalGuard(ids);
  const selection = useSelection(
    ids,
    wanted,
    useCallback(() => guard.shown(), [guard]),
  );
  const arrived = useArrivals(pending);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [ignored, setIgnored] = useIgnored();
  const heading = useRef<HTMLHeadingElement>(null);
  const closeDialog = (): void => setDialog(undefined);
  const subject =
    dialog === undefined || dialog.kind === 'ignore' ? undefined : peers.find(({ peerId }) => peerId === dialog.peerId);

  /** Says why an answer to these requests does nothing now; undefined if it does. */
  const whyIgnored = (
    how: 'approve' | 'hour' | 'relay' | 'decline',
    meant: readonly GuardedId[],
  ): string | undefined => {
    const wait = waitText(guard, meant);
    if (wait !== undefined || how === 'decline') return wait;
    const missing = meant.map((id) => selection.handleOf(id)?.missing(how));
    if (meant.length > 1 && missing.some((each) => each !== undefined))
      return text(selection.doesSelectedLast ? 'inbox.selected.lasts' : 'inbox.selected.unread');
    return missing[0];
  };
  /** Answers the selected requests, or the one that has the focus. */
  const answer = (how: 'approve' | 'decline', only?: GuardedId): void => {
    const { selected } = selection;
    const meant = only === undefined || selected.includes(only) ? selected : [only];
    const why = whyIgnored(how, meant);
    setIgnored(why);
    if (why === undefined) for (const each of meant) selection.handleOf(each)?.[how]();
  };
  /** Gives an answer of its own kind to one request. A closed row is shown first. */
  const answerOpen = (focused: GuardedId | undefined, how: 'hour' | 'relay'): void => {
    if (focused === undefined) return;
    if (!selection.isOpen(focused)) return selection.toggle(focused);
    const why = whyIgnored(how, [focused]);
    setIgnored(why);
    if (why === undefined) selection.handleOf(focused)?.[how]();
  };
  /** Returns the row that a key answers; undefined where rows are selected, whose bar shows the same keys: those are meant, wherever the focus is. */
  const rowOfKey = (index: number): GuardedId | undefined => (selection.selected.length > 0 ? undefined : ids[index]);
  const list = useInboxKeys(
    {
      approve: (index) => {
        const focused = rowOfKey(index);
        // A closed row is shown first.
        if (focused === undefined || selection.isOpen(focused)) answer('approve', focused);
        else selection.toggle(focused);
      },
      hour: (index) => answerOpen(rowOfKey(index), 'hour'),
      relay: (index) => answerOpen(rowOfKey(index), 'relay'),
      decline: (index) => answer('decline', rowOfKey(index)),
      select: (index) => {
        const focused = ids[index];
        if (focused !== undefined) selection.select(focused);
      },
    },
    heading,
  );
  const leave = useFocusAfterRow(ids, list, heading, guard);
  useFocusOnOpening(list, heading, guard);
  const rowOf = (item: GuardedId) => ({
    isOpen: selection.isOpen(item),
    isSelected: selection.isSelected(item),
    onToggle: () => selection.toggle(item),
    onSelect: () => selection.select(item),
  });

  return (
    <div className={styles['page']}>
      <div className={styles['main']}>
        <PageHeader title={text('inbox.title')} description={text('approvals.description')} />
        <div role="status" className="visually-hidden">
          {arrived !== undefined && arrivalText(arrived)}
        </div>
        {known ? (
          <section aria-labelledby={id}>
            <h2 ref={heading} id={id} className="visually-hidden" tabIndex={-1}>
              {text('approvals.waiting')}
            </h2>
            <AddRequests />
            {pending.length === 0 && hasAddRequests ? null : pending.length === 0 ? (
              <EmptyState icon={<Inbox />} title={text('inbox.empty')}>
                {text('approvals.empty.text')}
              </EmptyState>
            ) : (
              <>
                <ul ref={list} className={styles['pending']} aria-labelledby={id}>
                  {pending.map((waiting) => {
                    const shared = {
                      row: rowOf(waiting.id),
                      guard,
                      register: selection.register,
                      onFocusLost: () => leave(waiting.id),
                    };
                    if (waiting.kind === 'request')
                      return <RequestRow key={waiting.id} request={waiting.request} {...shared} />;
                    const { approval } = waiting;
                    return (
                      <ApprovalRow
                        key={waiting.id}
                        approval={approval}
                        {...shared}
                        onSafetyNumber={
                          approval.machine === undefined && peers.some(({ peerId }) => peerId === approval.peerId)
                            ? () => setDialog({ kind: 'safety-number', peerId: approval.peerId })
                            : undefined
                        }
                        onCompare={() => setDialog({ kind: 'compare', peerId: approval.peerId })}
                        onIgnore={() => setDialog({ kind: 'ignore', approval })}
                      />
                    );
                  })}
                </ul>
                {selection.selected.length > 0 && (
                  <SelectionBar
                    count={selection.selected.length}
                    mayApprove={selection.mayApproveSelected}
                    lasts={selection.doesSelectedLast}
                    ignored={ignored}
                    onApprove={() => answer('approve')}
                    onDecline={() => answer('decline')}
                    onClear={selection.clear}
                  />
                )}
                {selection.selected.length === 0 && ignored !== undefined && (
                  <p className={classes(styles['bar'], styles['ignored'])} role="status">
                    {ignored}
                  </p>
                )}
                <KeyHints />
              </>
            )}
          </section>
        ) : (
          <RowSkeleton label={text('approvals.loading')} />
        )}
      </div>
      {known && <DecidedList />}
      {dialog?.kind === 'ignore' && <IgnoreDialog approval={dialog.approval} onClose={closeDialog} />}
      {subject !== undefined && dialog?.kind === 'compare' && <CompareDialog peer={subject} onClose={closeDialog} />}
      {subject !== undefined && dialog?.kind === 'safety-number' && (
        <SafetyNumberDialog peer={subject} onClose={closeDialog} />
      )}
    </div>
  );
}

/** Time for which the page says why a key did nothing, ms. */
const SAID_FOR = 6000;

/** Keeps the sentence that says why the last key or press did nothing, for some seconds. */
function useIgnored(): readonly [string | undefined, (why: string | undefined) => void] {
  const [said, setSaid] = useState<Readonly<{ why: string }>>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), SAID_FOR);
    return () => clearTimeout(timer);
  }, [said]);
  const say = useCallback((why: string | undefined) => setSaid(why === undefined ? undefined : { why }), []);
  return [said?.why, say];
}

/** Says that a request takes no answer yet; undefined if each of these does. */
function waitText(guard: ArrivalGuard, ids: readonly GuardedId[]): string | undefined {
  const waiting = ids.map((id) => guard.readiness(id)).find((readiness) => readiness !== 'ready');
  return waiting === undefined ? undefined : text(`inbox.ignored.${waiting}`);
}

/** Names the keys of the list that no button of it shows. */
function KeyHints(): ReactElement {
  const hints = [
    { keys: '↑ ↓', label: text('inbox.keys.move') },
    { keys: text('ui.key.enter'), label: text('inbox.keys.open') },
    { keys: useShortcutOf('inbox.select'), label: text('inbox.keys.select') },
  ];
  return (
    <ul className={styles['hints']} aria-label={text('inbox.keys')}>
      {hints.map(
        ({ keys, label }) =>
          keys !== undefined && (
            <li key={label}>
              <KeyCaps keys={keys} /> {label}
            </li>
          ),
      )}
    </ul>
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
  return text('approvals.arrived', {
    name: quoteUntrusted(waiting.approval.peerName),
    request: approvalRequest(waiting.approval),
  });
}
