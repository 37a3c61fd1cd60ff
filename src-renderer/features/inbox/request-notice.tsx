import { Inbox, X } from 'lucide-react';
import { useEffect, useMemo, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { navigate, useApp } from '../../store/index.ts';
import { Button, IconButton, UntrustedText, useHasModal } from '../../ui/index.ts';
import { mergePending, type PendingItem } from './pending.ts';
import styles from './request-notice.module.css';
import { ApprovalSummary } from './rows/approval-row.tsx';
import { RequestSummary } from './rows/request-row.tsx';
import { approvalRequest, requestTitle } from './rows/request-title.ts';

/**
 * Card in a corner of the window about the newest request that has arrived while another page is shown. It leads to the request in the inbox and answers
 * nothing: all that an answer depends on is shown there only. It takes no focus, and goes when the request ends or a person has seen the inbox. A
 * dialog shows it too, because a request may expire before the dialog is closed.
 * @param props.onLeave closes the dialog that shows it; undefined in the window, where it isn't shown while a dialog is open
 */
export function RequestNotice({ onLeave }: Readonly<{ onLeave?: () => void }>): ReactElement | null {
  const approvals = useApp((state) => state.approvals);
  const requests = useApp((state) => state.requests);
  const isCovered = useHasModal();
  const isInSight = useApp(({ place }) => place.page === 'inbox') && !isCovered;
  const pending = useMemo(() => mergePending(approvals, requests), [approvals, requests]);
  const seen = useApp((state) => state.seenRequests);
  const fresh = pending.filter(({ id }) => seen?.has(id) === false);
  // Requests that are there at the start are counted beside the inbox.
  const isSeen = seen === undefined || (isInSight && fresh.length > 0);
  useEffect(() => {
    if (isSeen) markSeen(pending);
  }, [isSeen, pending]);
  const latest = fresh.at(-1);
  if (latest === undefined || isInSight || (isCovered && onLeave === undefined)) return null;
  return (
    <div key={latest.id} className={styles['notice']} data-ground="raised">
      <Inbox className={styles['icon']} aria-hidden="true" />
      <div className={styles['words']}>
        <p className={styles['title']}>{titleOf(latest)}</p>
        <p className={styles['summary']}>
          {latest.kind === 'right' ? (
            <ApprovalSummary approval={latest.approval} />
          ) : (
            <RequestSummary request={latest.request} />
          )}
        </p>
        <div className={styles['buttons']}>
          <Button
            size="small"
            onClick={() => {
              onLeave?.();
              navigate({ page: 'inbox', request: latest.id });
            }}
          >
            {text(onLeave === undefined ? 'inbox.notice.open' : 'inbox.notice.leave')}
          </Button>
          {fresh.length > 1 && (
            <span className={styles['more']}>{text('inbox.notice.more', { count: fresh.length - 1 })}</span>
          )}
        </div>
      </div>
      <IconButton size="small" label={text('ui.dismiss')} icon={<X />} onClick={() => markSeen(pending)} />
    </div>
  );
}

/** Records that the person knows of these requests. */
function markSeen(pending: readonly PendingItem[]): void {
  useApp.setState({ seenRequests: new Set(pending.map(({ id }) => id)) });
}

function titleOf(item: PendingItem): ReactElement {
  if (item.kind === 'request') return <>{requestTitle(item.request)}</>;
  return (
    <>
      <strong className={styles['name']}>
        <UntrustedText>{item.approval.peerName}</UntrustedText>
      </strong>{' '}
      {approvalRequest(item.approval)}
    </>
  );
}
