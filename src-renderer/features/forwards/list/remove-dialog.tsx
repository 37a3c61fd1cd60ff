import type { ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, removeForward, useCall } from '../../../store/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../../ui/index.ts';
import styles from '../forwards-page.module.css';

/**
 * Asks the person to confirm, then removes a forward through the agent. Names the forward's open connections, which end with it, and its password, which
 * only the agent knows. One that has neither is removed at once (`removeAtOnce`).
 */
export function RemoveForwardDialog({
  forward,
  onClose,
}: Readonly<{ forward: ForwardView; onClose(): void }>): ReactElement {
  const remove = useCall('forwards.remove', { outlives: true });
  const name = quoteUntrusted(forward.rule.name);
  const apply = async (): Promise<void> => {
    if ((await remove.run({ id: forward.id })) === undefined) return;
    removeForward(forward.id);
    notify({ tone: 'good', text: text('forwards.removed', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      size="small"
      title={text('forwards.remove.title', { name })}
      keep={text('ui.cancel')}
      apply={text('forwards.remove.apply')}
      call={remove}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>
        {text(forward.hasPassword ? 'forwards.remove.text.password' : 'forwards.remove.text')}
      </p>
      {forward.connections > 0 && (
        <p className={styles['plain']}>{text('forwards.remove.connections', { count: forward.connections })}</p>
      )}
    </ConfirmDialog>
  );
}
