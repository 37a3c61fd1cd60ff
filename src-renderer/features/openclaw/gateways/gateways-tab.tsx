import { Waypoints } from 'lucide-react';
import { useCallback, useRef, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, EmptyState, PageLoading, useFocusFallback } from '../../../ui/index.ts';
import { AddNodeDialog } from './add-node-dialog.tsx';
import { FingerprintDialog } from '../certificate/fingerprint-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { GatewayAnnouncer } from './gateway-announcer.tsx';
import { GatewayCard, type GatewayDialogKind } from './gateway-card.tsx';
import styles from './gateways-tab.module.css';
import { RemoveGatewayDialog } from './remove-dialog.tsx';

/** Open dialog. `gateway` is the view from the time of opening; the dialog shows the current one while the gateway exists. */
type OpenDialog = Readonly<{ kind: GatewayDialogKind; gateway: GatewayView }>;

export type GatewaysTabProps = Readonly<{
  /** Opens the dialog that adds a gateway. */
  onAdd(): void;
  /** Opens the page with the gateway's devices and nodes. */
  onAdministrate(gateway: GatewayView): void;
}>;

/**
 * The tab Gateways: a card for each gateway that this device uses, and the dialogs that edit or remove one, decide about its certificate, or make
 * another machine its node.
 */
export function GatewaysTab({ onAdd, onAdministrate }: GatewaysTabProps): ReactElement {
  const gateways = useApp((state) => state.gateways);
  const known = useApp((state) => state.status !== undefined || state.gateways.length > 0);
  const [dialog, setDialog] = useState<OpenDialog>();
  const container = useRef<HTMLDivElement>(null);
  const open = useCallback((kind: GatewayDialogKind, gateway: GatewayView) => setDialog({ kind, gateway }), []);
  const close = useCallback(() => setDialog(undefined), []);
  useFocusFallback(container, dialog !== undefined);

  const current = gateways.find(({ id }) => id === dialog?.gateway.id) ?? dialog?.gateway;
  return (
    <div ref={container} className={styles['container']} tabIndex={-1}>
      <GatewayAnnouncer gateways={gateways} />
      {!known && <PageLoading label={text('gateways.loading')} />}
      {known && gateways.length === 0 && (
        <EmptyState
          icon={<Waypoints />}
          title={text('gateways.empty.title')}
          action={
            <Button variant="primary" onClick={onAdd}>
              {text('gateways.add')}
            </Button>
          }
        >
          {text('gateways.empty.text')}
        </EmptyState>
      )}
      {gateways.length > 0 && (
        <ul className={styles['list']} aria-label={text('gateways.list')}>
          {gateways.map((gateway) => (
            <GatewayCard key={gateway.id} gateway={gateway} onOpen={open} onAdministrate={onAdministrate} />
          ))}
        </ul>
      )}
      {dialog?.kind === 'edit' && current !== undefined && <EditDialog gateway={current} onClose={close} />}
      {dialog?.kind === 'remove' && current !== undefined && <RemoveGatewayDialog gateway={current} onClose={close} />}
      {dialog?.kind === 'add-node' && current !== undefined && <AddNodeDialog gateway={current} onClose={close} />}
      {dialog?.kind === 'certificate' && current !== undefined && current.certificate !== null && (
        <FingerprintDialog gateway={current} certificate={current.certificate} onClose={close} />
      )}
    </div>
  );
}
