import {
  Ellipsis,
  Fingerprint as FingerprintIcon,
  HandHelping,
  Pencil,
  RefreshCw,
  Server,
  SquareTerminal,
  Trash2,
} from 'lucide-react';
import { useId, type ReactElement } from 'react';
import type { GatewaySettings, GatewayView } from '#shared/app-api/index.ts';
import { endpointUrl } from '#shared/openclaw/gateway/index.ts';
import { text } from '../../../locale/index.ts';
import { applyGateway, navigate, requestGatewayTerminal, useCall } from '../../../store/index.ts';
import {
  Button,
  Caution,
  classes,
  ErrorNotice,
  IconButton,
  Menu,
  Mono,
  StatusDot,
  Switch,
  UntrustedText,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { Capabilities } from './gateway-fields.tsx';
import styles from './gateway-card.module.css';
import { PartStatus } from './part-status.tsx';
import { canConnect, overallDot, partsOf, stageOf } from './gateway-status.ts';

/** Dialogs that a card opens. */
export type GatewayDialogKind = 'edit' | 'remove' | 'certificate' | 'add-node';

export type GatewayCardProps = Readonly<{
  gateway: GatewayView;
  /** Opens a dialog for this gateway. */
  onOpen(dialog: GatewayDialogKind, gateway: GatewayView): void;
  /** Opens the page with the gateway's devices and nodes. */
  onAdministrate(gateway: GatewayView): void;
}>;

/**
 * Card of one gateway: address, certificate, status of each part, and requests. The person connects and changes the roles of this device through the
 * agent, opens a terminal there or the page of requests, or opens a dialog that edits or removes the gateway, decides about its certificate, or makes
 * another machine its node.
 */
export function GatewayCard({ gateway, onOpen, onAdministrate }: GatewayCardProps): ReactElement {
  const id = useId();
  const connect = useCall('gateways.connect');
  const update = useCall('gateways.update');
  const { settings, certificate } = gateway;
  const name = quoteUntrusted(settings.name);
  const change = async (changed: Partial<GatewaySettings>): Promise<void> => {
    const view = await update.run({ gateway: gateway.id, settings: { ...settings, ...changed } });
    if (view !== undefined) applyGateway(view);
  };
  const tryNow = async (): Promise<void> => {
    const view = await connect.run({ gateway: gateway.id });
    if (view !== undefined) applyGateway(view);
  };
  const error = connect.error ?? update.error;
  return (
    <li className={styles['card']} aria-labelledby={id} data-gateway={gateway.id}>
      <header className={styles['header']}>
        <StatusDot state={overallDot(gateway)} label="" />
        <div className={styles['who']}>
          <h2 id={id} className={styles['name']}>
            <UntrustedText>{settings.name}</UntrustedText>
          </h2>
          <Mono>{endpointUrl(settings.endpoint)}</Mono>
        </div>
        <div className={styles['actions']}>
          {canConnect(gateway) && certificate === null && (
            <Button
              size="small"
              icon={<RefreshCw aria-hidden="true" />}
              busy={connect.busy}
              aria-label={text('gateways.connect.of', { name })}
              onClick={() => void tryNow()}
            >
              {text('gateways.connect')}
            </Button>
          )}
          <Button
            size="small"
            icon={<Server aria-hidden="true" />}
            aria-label={text('gateways.administrate.of', { name })}
            onClick={() => onAdministrate(gateway)}
          >
            {text('gateways.administrate')}
          </Button>
          <Menu
            label={text('gateways.more', { name })}
            trigger={
              <IconButton size="small" label={text('gateways.more', { name })} icon={<Ellipsis aria-hidden="true" />} />
            }
            items={[
              {
                label: text('terminals.gateway.open'),
                icon: <SquareTerminal />,
                // Terminals need full access.
                disabled: gateway.operator.state !== 'connected' || settings.operator.access !== 'full',
                onSelect: () => requestGatewayTerminal(gateway.id),
              },
              { label: text('gateways.edit'), icon: <Pencil />, onSelect: () => onOpen('edit', gateway) },
              { label: text('gateways.add-node'), icon: <HandHelping />, onSelect: () => onOpen('add-node', gateway) },
              'separator',
              {
                label: text('gateways.remove'),
                icon: <Trash2 />,
                tone: 'danger',
                onSelect: () => onOpen('remove', gateway),
              },
            ]}
          />
        </div>
      </header>
      {certificate !== null && (
        <div className={classes(styles['certificate'], certificate.before !== null && styles['changed'])}>
          <FingerprintIcon aria-hidden="true" />
          <p>{text(certificate.before === null ? 'gateways.certificate.new' : 'gateways.certificate.changed')}</p>
          <Button size="small" variant="primary" onClick={() => onOpen('certificate', gateway)}>
            {text('gateways.certificate.look')}
          </Button>
        </div>
      )}
      <Stages gateway={gateway} />
      <dl className={styles['parts']}>
        {partsOf(gateway).map((part) => (
          <PartStatus key={part} gateway={gateway} part={part} onEdit={() => onOpen('edit', gateway)} />
        ))}
      </dl>
      {gateway.pendingRequests > 0 && (
        <p className={styles['waiting']}>
          {text('gateways.requests', { count: gateway.pendingRequests })}{' '}
          <Button size="small" onClick={() => navigate({ page: 'inbox' })}>
            {text('gateways.requests.look')}
          </Button>
        </p>
      )}
      <Caution>
        {settings.node.enabled &&
          gateway.otherNode !== null &&
          text('gateways.other-node', { node: quoteUntrusted(gateway.otherNode) })}
      </Caution>
      <details className={styles['use']}>
        <summary className={styles['summary']}>{text('gateways.use')}</summary>
        <div className={styles['switches']}>
          <Switch
            label={text('gateways.use.operator')}
            description={text('gateways.use.operator.explain')}
            checked={settings.operator.enabled}
            disabled={update.busy}
            onChange={(enabled) => void change({ operator: { ...settings.operator, enabled } })}
          />
          <Switch
            label={text('gateways.field.node')}
            description={text('gateways.field.node.explain')}
            checked={settings.node.enabled}
            disabled={update.busy}
            onChange={(enabled) => void change({ node: { ...settings.node, enabled } })}
          />
          {settings.node.enabled && (
            <Capabilities
              capabilities={settings.node.capabilities}
              disabled={update.busy}
              onChange={(capabilities) => void change({ node: { ...settings.node, capabilities: [...capabilities] } })}
            />
          )}
        </div>
      </details>
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            connect.reset();
            update.reset();
          }}
        />
      )}
    </li>
  );
}

/** Shows the two approvals that a new node needs as steps: first the device, then its commands. */
function Stages({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement | null {
  const stage = stageOf(gateway);
  if (stage === 'none' || stage === 'done') return null;
  return (
    <ol className={styles['stages']} aria-label={text('gateways.stages')}>
      <li aria-current={stage === 'device' ? 'step' : undefined} data-done={stage === 'commands'}>
        {text(stage === 'device' ? 'gateways.stage.device' : 'gateways.stage.device.done')}
      </li>
      <li aria-current={stage === 'commands' ? 'step' : undefined}>{text('gateways.stage.commands')}</li>
    </ol>
  );
}
