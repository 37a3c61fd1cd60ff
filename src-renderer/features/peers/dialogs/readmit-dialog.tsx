import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../../ui/index.ts';
import styles from './form.module.css';

export type ReadmitDialogProps = Readonly<{ peer: PeerView; onClose(): void }>;

/** Asks the person to confirm that a suspended peer is let back in, says what that means, and calls `peers.readmit`. Shows a toast or the error. */
export function ReadmitDialog({ peer, onClose }: ReadmitDialogProps): ReactElement {
  const readmit = useCall('peers.readmit', { outlives: true });
  const name = quoteUntrusted(peer.name);
  const apply = async (): Promise<void> => {
    if ((await readmit.run({ peer: peer.peerId })) === undefined) return;
    notify({ tone: 'good', text: text('peers.readmitted', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('peers.readmit.title', { name })}
      apply={text('peers.readmit.apply')}
      call={readmit}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text('peers.readmit.rights')}</p>
      <p className={styles['plain']}>{text('peers.readmit.why')}</p>
      <p className={styles['plain']}>{text('peers.readmit.relay')}</p>
    </ConfirmDialog>
  );
}
