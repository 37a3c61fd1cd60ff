import type { ReactElement } from 'react';
import type { ApprovalView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../ui/index.ts';
import styles from './inbox-page.module.css';
import { useDecision } from './decision/use-decision.ts';

/**
 * Asks the person to confirm that a peer is ignored: this request and all later ones of the peer are then declined without asking. Sends the answer
 * `ignore` (`approvals.decide`), with a toast or an error as the result.
 */
export function IgnoreDialog({
  approval,
  onClose,
}: Readonly<{ approval: ApprovalView; onClose(): void }>): ReactElement {
  const decision = useDecision(approval);
  const name = quoteUntrusted(approval.peerName);
  const apply = async (): Promise<void> => {
    if (await decision.decide('ignore')) onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('approvals.ignore.title', { name })}
      apply={text('approvals.ignore.apply')}
      call={{ ...decision, busy: decision.busy !== undefined }}
      onApply={() => void apply()}
    >
      {approval.right !== 'use-relay' && (
        <p className={styles['plain']}>{text(`approvals.ignore.${approval.kind}.${approval.right}`, { name })}</p>
      )}
      <p className={styles['plain']}>{text('approvals.ignore.undo')}</p>
    </ConfirmDialog>
  );
}
