import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, removeGateway, useCall } from '../../../store/index.ts';
import { ConfirmDialog, quoteUntrusted } from '../../../ui/index.ts';
import styles from './gateway-pane.module.css';

/** Asks the person to confirm, then removes a gateway from this device through the agent. Names what is deleted and what stays at the gateway. */
export function RemoveGatewayDialog({
  gateway,
  onClose,
}: Readonly<{ gateway: GatewayView; onClose(): void }>): ReactElement {
  const remove = useCall('gateways.remove', { outlives: true });
  const name = quoteUntrusted(gateway.settings.name);
  const apply = async (): Promise<void> => {
    if ((await remove.run({ gateway: gateway.id })) === undefined) return;
    removeGateway(gateway.id);
    notify({ tone: 'good', text: text('gateways.removed', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      size="small"
      title={text('gateways.remove.title', { name })}
      apply={text('gateways.remove.apply')}
      call={remove}
      onApply={() => void apply()}
    >
      <p className={styles['plain']}>{text('gateways.remove.text')}</p>
      <p className={styles['plain']}>{text('gateways.remove.there')}</p>
    </ConfirmDialog>
  );
}
