import { Plus, Waypoints } from 'lucide-react';
import { useCallback, useRef, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, EmptyState, PageHeader, PageLoading, Tabs, useFocusFallback } from '../../../ui/index.ts';
import { AddDialog } from '../add-gateway/add-dialog.tsx';
import { Administration } from '../administration/administration.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { FingerprintDialog } from '../certificate/fingerprint-dialog.tsx';
import { GatewayAnnouncer } from './gateway-announcer.tsx';
import { GatewayCard, type GatewayDialogKind } from './gateway-card.tsx';
import styles from './gateways-tab.module.css';
import { HandoverDialog } from '../administration/handover-dialog.tsx';
import { NodeSection } from '../node/node-section.tsx';
import { RemoveGatewayDialog } from './remove-dialog.tsx';

type OpenDialog =
  | Readonly<{ kind: 'add' }>
  /** The gateway as it was; what it is now is shown, while there is one. */
  | Readonly<{ kind: GatewayDialogKind; gateway: GatewayView }>;

type Section = 'gateways' | 'node';

/** The gateways of OpenClaw that this device knows, and this machine as a node of them. */
export function GatewaysTab({ section: first = 'gateways' }: Readonly<{ section?: Section }>): ReactElement {
  const gateways = useApp((state) => state.gateways);
  const known = useApp((state) => state.status !== undefined || state.gateways.length > 0);
  const [section, setSection] = useState<Section>(first);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [administrated, setAdministrated] = useState<string>();
  const page = useRef<HTMLDivElement>(null);
  const open = useCallback((kind: GatewayDialogKind, gateway: GatewayView) => setDialog({ kind, gateway }), []);
  const close = useCallback(() => setDialog(undefined), []);
  const administrate = useCallback(({ id }: GatewayView) => setAdministrated(id), []);
  useFocusFallback(page, dialog !== undefined);

  const chosen = gateways.find(({ id }) => id === administrated);
  if (chosen !== undefined) return <Administration gateway={chosen} onBack={() => setAdministrated(undefined)} />;
  const now =
    dialog === undefined || dialog.kind === 'add'
      ? undefined
      : (gateways.find(({ id }) => id === dialog.gateway.id) ?? dialog.gateway);
  return (
    <div ref={page} className={styles['page']} tabIndex={-1}>
      <PageHeader
        title={text('gateways.title')}
        description={gateways.length > 0 && text('gateways.description', { count: gateways.length })}
        actions={
          gateways.length > 0 && (
            <Button icon={<Plus aria-hidden="true" />} onClick={() => setDialog({ kind: 'add' })}>
              {text('gateways.add')}
            </Button>
          )
        }
      />
      <GatewayAnnouncer gateways={gateways} />
      {!known && <PageLoading label={text('gateways.loading')} />}
      {known && gateways.length === 0 && (
        <EmptyState
          icon={<Waypoints />}
          title={text('gateways.empty.title')}
          action={
            <Button variant="primary" onClick={() => setDialog({ kind: 'add' })}>
              {text('gateways.add')}
            </Button>
          }
        >
          {text('gateways.empty.text')}
        </EmptyState>
      )}
      {gateways.length > 0 && (
        <Tabs
          label={text('gateways.sections')}
          value={section}
          items={(['gateways', 'node'] as const).map((value) => ({ value, label: text(`gateways.section.${value}`) }))}
          onChange={setSection}
        >
          {section === 'node' ? (
            <NodeSection />
          ) : (
            <div className={styles['container']}>
              <ul className={styles['list']} aria-label={text('gateways.list')}>
                {gateways.map((gateway) => (
                  <GatewayCard key={gateway.id} gateway={gateway} onOpen={open} onAdministrate={administrate} />
                ))}
              </ul>
            </div>
          )}
        </Tabs>
      )}
      {dialog?.kind === 'add' && <AddDialog onClose={close} />}
      {dialog?.kind === 'edit' && now !== undefined && <EditDialog gateway={now} onClose={close} />}
      {dialog?.kind === 'remove' && now !== undefined && <RemoveGatewayDialog gateway={now} onClose={close} />}
      {dialog?.kind === 'handover' && now !== undefined && <HandoverDialog gateway={now} onClose={close} />}
      {dialog?.kind === 'certificate' && now !== undefined && now.certificate !== null && (
        <FingerprintDialog gateway={now} certificate={now.certificate} onClose={close} />
      )}
    </div>
  );
}
