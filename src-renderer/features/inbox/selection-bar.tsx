import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useShortcutOf } from '../../keys/index.ts';
import { Button, ButtonKeys } from '../../ui/index.ts';
import styles from './inbox-page.module.css';

export type SelectionBarProps = Readonly<{
  /** Number of selected requests. */
  count: number;
  /** True if each of them can be approved once. */
  mayApprove: boolean;
  /** True if an approval of one of them would last. */
  lasts: boolean;
  /** Says why the last answer did nothing; undefined if it did. */
  ignored: string | undefined;
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
  ignored,
  onApprove,
  onDecline,
  onClear,
}: SelectionBarProps): ReactElement {
  const approveKeys = useShortcutOf('inbox.approve');
  const declineKeys = useShortcutOf('inbox.decline');
  return (
    <div className={styles['bar']} role="group" data-selection-bar="" aria-label={text('inbox.selected', { count })}>
      <span className={styles['count']} role="status">
        {text('inbox.selected', { count })}
      </span>
      {ignored !== undefined && (
        <p className={styles['ignored']} role="status">
          {ignored}
        </p>
      )}
      <Button
        size="small"
        reason={mayApprove ? undefined : text(lasts ? 'inbox.selected.lasts' : 'inbox.selected.unread')}
        aria-keyshortcuts={approveKeys}
        onClick={onApprove}
      >
        {text('approvals.approve.once')}
        <ButtonKeys keys={approveKeys} />
      </Button>
      <Button size="small" aria-keyshortcuts={declineKeys} onClick={onDecline}>
        {text('approvals.decline')}
        <ButtonKeys keys={declineKeys} />
      </Button>
      <Button size="small" variant="quiet" onClick={onClear}>
        {text('inbox.selected.clear')}
      </Button>
    </div>
  );
}
