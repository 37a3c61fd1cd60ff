import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../../ui/index.ts';
import styles from './form.module.css';

export type ForgetDialogProps = Readonly<{ peer: PeerView; onClose(): void }>;

/**
 * Asks the person to confirm that a peer is forgotten, lists what ends with the pairing, and calls `peers.forget`. Shows a toast or the error. The
 * call goes on if the dialog is closed.
 */
export function ForgetDialog({ peer, onClose }: ForgetDialogProps): ReactElement {
  const forget = useCall('peers.forget', { outlives: true });
  const name = quoteUntrusted(peer.name);
  const apply = async (): Promise<void> => {
    if ((await forget.run({ peer: peer.peerId })) === undefined) return;
    notify({ tone: 'good', text: text('peers.forgotten', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('peers.forget.title', { name })}
      apply={text('peers.forget.apply')}
      call={forget}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text('peers.forget.ends')}</p>
      <ul className={styles['list']}>
        <li>{text('peers.forget.ends.key')}</li>
        <li>{text('peers.forget.ends.terminals')}</li>
        <li>{text('peers.forget.ends.rights')}</li>
        <li>{text('peers.forget.ends.relay')}</li>
      </ul>
      <p className={styles['plain']}>{text('peers.forget.stays')}</p>
    </ConfirmDialog>
  );
}
