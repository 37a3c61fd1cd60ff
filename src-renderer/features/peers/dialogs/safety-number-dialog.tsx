import { CircleCheck, CircleX } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, CopyButton, Dialog, Prose, quoteUntrusted } from '../../../ui/index.ts';
import styles from './safety-number-dialog.module.css';

export type SafetyNumberDialogProps = Readonly<{
  peer: Pick<PeerView, 'name' | 'safetyNumber'>;
  onClose(): void;
}>;

/**
 * Dialog that shows the safety number, which two people compare over another channel, and explains what a match means. A button copies the number to
 * the clipboard. Opened from the machines page, the page of approvals and the settings.
 */
export function SafetyNumberDialog({ peer, onClose }: SafetyNumberDialogProps): ReactElement {
  const name = quoteUntrusted(peer.name);
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('peers.safety.title', { name })}
      actions={
        <>
          <CopyButton size="medium" value={peer.safetyNumber} label={text('peers.safety.copy')} />
          <Button onClick={onClose}>{text('ui.close')}</Button>
        </>
      }
    >
      <p className={styles['how']}>
        <Prose>{text('peers.safety.how', { name })}</Prose>
      </p>
      <ol className={styles['number']} aria-label={text('peers.safety.number')}>
        {groupsOf(peer.safetyNumber).map(({ group, position }) => (
          <li key={position}>{group}</li>
        ))}
      </ol>
      <p className={styles['outcome']}>
        <CircleCheck className={styles['same']} aria-hidden="true" />
        {text('peers.safety.same')}
      </p>
      <p className={styles['outcome']}>
        <CircleX className={styles['different']} aria-hidden="true" />
        {text('peers.safety.different', { name })}
      </p>
    </Dialog>
  );
}

function groupsOf(safetyNumber: string): readonly Readonly<{ group: string; position: number }>[] {
  return safetyNumber.split(' ').map((group, position) => ({ group, position }));
}
