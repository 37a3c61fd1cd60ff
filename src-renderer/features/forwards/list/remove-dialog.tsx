import type { ReactElement } from 'react';
import type { ForwardView } from '#shared/app-api/index.ts';
import { explain, text } from '../../../locale/index.ts';
import { applyForward, notify, removeForward, useApi, useCall } from '../../../store/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../../ui/index.ts';
import styles from '../forwards-page.module.css';

/**
 * Asks the person to confirm, then removes a forward through the agent. Names the forward's open connections, which end with it. The toast adds it again
 * (`forwards.add`), unless it had a password, which only the agent knew.
 */
export function RemoveForwardDialog({
  forward,
  onClose,
}: Readonly<{ forward: ForwardView; onClose(): void }>): ReactElement {
  const remove = useCall('forwards.remove', { outlives: true });
  const api = useApi();
  const name = quoteUntrusted(forward.rule.name);
  const undo = async (): Promise<void> => {
    try {
      applyForward(await api.call('forwards.add', { rule: forward.rule }));
      notify({ tone: 'good', text: text('forwards.removed.undone', { name }) });
    } catch (error) {
      notify({ tone: 'bad', text: explain(error).what });
    }
  };
  const apply = async (): Promise<void> => {
    if ((await remove.run({ id: forward.id })) === undefined) return;
    removeForward(forward.id);
    notify({
      tone: 'good',
      text: text('forwards.removed', { name }),
      ...(forward.hasPassword ? {} : { action: { label: text('forwards.removed.undo'), run: () => void undo() } }),
    });
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
