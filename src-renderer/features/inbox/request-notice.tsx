import { Inbox, X } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { navigate, useApp } from '../../store/index.ts';
import { Button, IconButton, UntrustedText, useHasModal } from '../../ui/index.ts';
import { mergePending, type PendingItem } from './pending.ts';
import styles from './request-notice.module.css';
import { ApprovalSummary } from './rows/approval-row.tsx';
import { RequestSummary } from './rows/request-row.tsx';
import { approvalRequest, requestTitle } from './rows/request-title.ts';

type Id = PendingItem['id'];

/**
 * Card in a corner of the window about the newest request that has arrived while another page is shown. It leads to the request in the inbox and answers
 * nothing: all that an answer depends on is shown there only. It takes no focus, waits until dialogs are closed, and goes when the request ends or a person
 * has seen the inbox.
 */
export function RequestNotice(): ReactElement | null {
  const approvals = useApp((state) => state.approvals);
  const requests = useApp((state) => state.requests);
  const isInbox = useApp(({ place }) => place.page === 'inbox');
  const isCovered = useHasModal();
  const pending = useMemo(() => mergePending(approvals, requests), [approvals, requests]);
  const [seen, setSeen] = useState<ReadonlySet<Id>>(() => new Set(pending.map(({ id }) => id)));
  const fresh = pending.filter(({ id }) => !seen.has(id));
  const markSeen = (): void => setSeen(new Set(pending.map(({ id }) => id)));
  if (isInbox && fresh.length > 0) markSeen();
  const latest = fresh.at(-1);
  if (latest === undefined || isInbox || isCovered) return null;
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
          <Button size="small" onClick={() => navigate({ page: 'inbox', request: latest.id })}>
            {text('inbox.notice.open')}
          </Button>
          {fresh.length > 1 && (
            <span className={styles['more']}>{text('inbox.notice.more', { count: fresh.length - 1 })}</span>
          )}
        </div>
      </div>
      <IconButton size="small" label={text('ui.dismiss')} icon={<X />} onClick={markSeen} />
    </div>
  );
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
