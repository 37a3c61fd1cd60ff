import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../../ui/index.ts';
import styles from './inbox-page.module.css';

export type SelectionBarProps = Readonly<{
  /** Number of selected requests. */
  count: number;
  /** True if each of them can be approved once. */
  mayApprove: boolean;
  /** True if an approval of one of them would last. */
  lasts: boolean;
  onApprove(): void;
  onDecline(): void;
  onClear(): void;
}>;

/**
 * Bar below the requests that answers the selected ones at once. Approving waits until each of them was read to its end, and is for once: a request whose
 * approval would last is answered in its row.
 */
export function SelectionBar({
  count,
  mayApprove,
  lasts,
  onApprove,
  onDecline,
  onClear,
}: SelectionBarProps): ReactElement {
  return (
    <div className={styles['bar']} role="group" aria-label={text('inbox.selected', { count })}>
      <span className={styles['count']} role="status">
        {text('inbox.selected', { count })}
      </span>
      <Button
        size="small"
        reason={mayApprove ? undefined : text(lasts ? 'inbox.selected.lasts' : 'inbox.selected.unread')}
        onClick={onApprove}
      >
        {text('approvals.approve.once')}
      </Button>
      <Button size="small" onClick={onDecline}>
        {text('approvals.decline')}
      </Button>
      <Button size="small" variant="quiet" onClick={onClear}>
        {text('inbox.selected.clear')}
      </Button>
    </div>
  );
}
