import type { ReactElement } from 'react';
import type { RemoteView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, removeRemote, useCall } from '../../../store/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../../ui/index.ts';
import styles from './prompts.module.css';

/** Asks the person to confirm, then removes a saved OpenClaw from the list through the agent. The OpenClaw itself and the pairing stay. */
export function RemoveOpenClawDialog({
  remote,
  onClose,
}: Readonly<{ remote: RemoteView; onClose(): void }>): ReactElement {
  const remove = useCall('remotes.remove', { outlives: true });
  const name = quoteUntrusted(remote.name);
  const apply = async (): Promise<void> => {
    if ((await remove.run({ id: remote.id })) === undefined) return;
    removeRemote(remote.id);
    notify({ tone: 'good', text: text('prompts.removed', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      size="small"
      title={text('prompts.remove.title', { name })}
      apply={text('prompts.remove.apply')}
      call={remove}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text('prompts.remove.text')}</p>
    </ConfirmDialog>
  );
}
