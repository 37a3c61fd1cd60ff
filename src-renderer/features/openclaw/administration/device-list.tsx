import { ChevronRight } from 'lucide-react';
import { memo, useCallback, useDeferredValue, useId, useMemo, useState, type ReactElement } from 'react';
import type { GatewayDeviceView, GatewayView } from '#shared/app-api/index.ts';
import { text, useLanguage } from '../../../locale/index.ts';
import {
  Button,
  Chip,
  Mono,
  StatusDot,
  UntrustedText,
  formatAgo,
  formatMoment,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import styles from './administration.module.css';
import { DeviceDialog, type DeviceAction } from './device-dialog.tsx';
import { fetchDevices } from './fetch.ts';
import { ListFrame } from './list-frame.tsx';
import { deviceName, searchDevices, platformText, type DeviceFilter } from './search-rows.ts';
import { useList } from './use-list.ts';

type Open = Readonly<{ action: DeviceAction; device: GatewayDeviceView }>;

/**
 * Tab with the devices that the gateway has approved, loaded through the agent. A row expands to facts, tokens and buttons that open dialogs to
 * rename or remove the device or to replace or revoke a token.
 */
export function DeviceList({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement {
  const loaded = useList(fetchDevices, gateway.id);
  const now = useNow();
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<DeviceFilter>('all');
  const [expanded, setExpanded] = useState<string>();
  const [dialog, setDialog] = useState<Open>();
  const wanted = useDeferredValue(query);
  const shown = useMemo(() => searchDevices(loaded.rows ?? [], wanted, filter), [loaded.rows, wanted, filter]);
  const act = useCallback((action: DeviceAction, device: GatewayDeviceView) => setDialog({ action, device }), []);
  const toggle = useCallback(
    (deviceId: string) => setExpanded((before) => (before === deviceId ? undefined : deviceId)),
    [],
  );
  return (
    <>
      <ListFrame
        label={text('gateways.administration.devices')}
        loading={text('gateways.devices.loading')}
        empty={text('gateways.devices.none')}
        loaded={loaded}
        shown={shown.length}
        query={query}
        filter={filter}
        filters={(['all', 'connected', 'operator', 'node'] as const).map((value) => ({
          value,
          label: text(`gateways.devices.filter.${value}`),
        }))}
        onQuery={setQuery}
        onFilter={setFilter}
      >
        {shown.map((device) => (
          <DeviceRow
            key={device.deviceId}
            device={device}
            now={now}
            expanded={expanded === device.deviceId}
            onToggle={toggle}
            onAct={act}
          />
        ))}
      </ListFrame>
      {dialog !== undefined && (
        <DeviceDialog
          gateway={gateway}
          device={dialog.device}
          action={dialog.action}
          onDone={loaded.reload}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

type DeviceRowProps = Readonly<{
  device: GatewayDeviceView;
  now: number;
  expanded: boolean;
  onToggle(deviceId: string): void;
  onAct(action: DeviceAction, device: GatewayDeviceView): void;
}>;

const DeviceRow = memo(function DeviceRow({ device, now, expanded, onToggle, onAct }: DeviceRowProps): ReactElement {
  useLanguage();
  const id = useId();
  const seen = device.lastSeenAt;
  return (
    <li className={styles['row']} data-device={device.deviceId}>
      <button
        type="button"
        className={styles['line']}
        aria-expanded={expanded}
        aria-controls={id}
        onClick={() => onToggle(device.deviceId)}
      >
        <StatusDot
          state={device.connected ? 'online' : 'offline'}
          label={text(device.connected ? 'gateways.connected' : 'gateways.not-connected')}
        />
        <span className={styles['who']}>
          <span className={styles['name']}>
            <UntrustedText>{deviceName(device)}</UntrustedText>
          </span>
          <span className={styles['about']}>
            {[platformText(device.platform), device.connected ? text('gateways.connected') : seenText(seen, now)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        <span className={styles['chips']}>
          {device.self && <Chip tone="info">{text('gateways.self')}</Chip>}
          {device.roles.map((role) => (
            <Chip key={role} tone={role === 'operator' ? 'warning' : 'neutral'}>
              {quoteUntrusted(role)}
            </Chip>
          ))}
        </span>
        <ChevronRight className={styles[expanded ? 'open' : 'closed']} aria-hidden="true" />
      </button>
      <div id={id} hidden={!expanded}>
        {expanded && <DeviceDetails device={device} now={now} onAct={onAct} />}
      </div>
    </li>
  );
});

function DeviceDetails({ device, now, onAct }: Pick<DeviceRowProps, 'device' | 'now' | 'onAct'>): ReactElement {
  const name = quoteUntrusted(deviceName(device));
  return (
    <div className={styles['details']}>
      <dl className={styles['facts']}>
        {device.label !== null && <Fact term={text('gateways.device.reported-name')} value={device.name} />}
        <dt>{text('gateways.device.id')}</dt>
        <dd>
          <Mono>
            <UntrustedText>{device.deviceId}</UntrustedText>
          </Mono>
        </dd>
        {device.clientId !== null && <Fact term={text('gateways.device.client')} value={device.clientId} />}
        <dt>{text('gateways.device.scopes')}</dt>
        <dd className={styles['names']}>
          {device.scopes.length === 0 ? text('gateways.none') : <Scopes scopes={device.scopes} />}
        </dd>
        {device.approvedAt !== null && (
          <>
            <dt>{text('gateways.device.approved')}</dt>
            <dd>
              {formatMoment(device.approvedAt, now)}
              {device.approvedVia !== null && (
                <>
                  {' · '}
                  <UntrustedText>{device.approvedVia}</UntrustedText>
                </>
              )}
            </dd>
          </>
        )}
        {device.lastSeenAt !== null && (
          <>
            <dt>{text('gateways.device.seen')}</dt>
            <dd>{formatMoment(device.lastSeenAt, now)}</dd>
          </>
        )}
      </dl>
      {device.tokens.length > 0 && (
        <div>
          <h3 className={styles['heading']}>{text('gateways.device.tokens')}</h3>
          <ul className={styles['tokens']}>
            {device.tokens.map((token) => (
              <li key={token.role} className={styles['token']}>
                <span>
                  <strong>
                    <UntrustedText>{token.role}</UntrustedText>
                  </strong>
                  {token.createdAt !== null &&
                    ` · ${text('gateways.device.token.made', { at: formatMoment(token.createdAt, now) })}`}
                </span>
                <span className={styles['buttons']}>
                  <Button
                    size="small"
                    aria-label={text('gateways.device.rotate.of', { role: quoteUntrusted(token.role), name })}
                    onClick={() => onAct({ kind: 'rotate', role: token.role }, device)}
                  >
                    {text('gateways.device.rotate')}
                  </Button>
                  <Button
                    size="small"
                    aria-label={text('gateways.device.revoke.of', { role: quoteUntrusted(token.role), name })}
                    onClick={() => onAct({ kind: 'revoke', role: token.role }, device)}
                  >
                    {text('gateways.device.revoke')}
                  </Button>
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className={styles['buttons']}>
        <Button size="small" onClick={() => onAct({ kind: 'rename' }, device)}>
          {text('gateways.device.rename')}
        </Button>
        <Button size="small" onClick={() => onAct({ kind: 'remove' }, device)}>
          {text('gateways.device.remove')}
        </Button>
      </div>
    </div>
  );
}

function Fact({ term, value }: Readonly<{ term: string; value: string }>): ReactElement {
  return (
    <>
      <dt>{term}</dt>
      <dd>
        <UntrustedText>{value}</UntrustedText>
      </dd>
    </>
  );
}

/** Shows scopes as chips; the scope of administrators is red. */
export function Scopes({ scopes }: Readonly<{ scopes: readonly string[] }>): ReactElement {
  return (
    <>
      {scopes.map((scope) => (
        <Chip key={scope} tone={scope === 'operator.admin' ? 'bad' : 'neutral'}>
          {quoteUntrusted(scope)}
        </Chip>
      ))}
    </>
  );
}

/**
 * Returns words for the time at which a device or node was last connected. The tab of the nodes uses it too. `at` and `now` are in ms since 1970;
 * null means never.
 */
export function seenText(at: number | null, now: number): string {
  return at === null ? text('gateways.never-seen') : text('gateways.seen', { ago: formatAgo(at, now) });
}
