import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { showOpenClaw } from '../../../store/index.ts';
import { Button, quoteUntrusted } from '../../../ui/index.ts';
import { fetchDevices, fetchNodes } from './fetch.ts';
import { useList } from './use-list.ts';

/** Button that shows the devices and nodes of a gateway. It counts them while this device may list them. */
export function AdministrationButton({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement {
  const mayList =
    gateway.operator.state === 'connected' &&
    gateway.operator.scopes.some((scope) => scope === 'operator.admin' || scope === 'operator.pairing');
  return mayList ? <Counting gateway={gateway} /> : <Labelled gateway={gateway} label={undefined} />;
}

function Counting({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement {
  const devices = useList(fetchDevices, gateway.id).rows;
  const nodes = useList(fetchNodes, gateway.id).rows;
  const label =
    devices === undefined || nodes === undefined
      ? undefined
      : text('gateways.counts', {
          devices: text('gateways.counts.devices', { count: devices.length }),
          nodes: text('gateways.counts.nodes', { count: nodes.length }),
        });
  return <Labelled gateway={gateway} label={label} />;
}

function Labelled({ gateway, label }: Readonly<{ gateway: GatewayView; label: string | undefined }>): ReactElement {
  const whole = text('gateways.administrate.of', { name: quoteUntrusted(gateway.settings.name) });
  return (
    <Button
      size="small"
      variant="quiet"
      aria-label={label === undefined ? whole : undefined}
      title={label === undefined ? undefined : whole}
      onClick={() => showOpenClaw({ kind: 'devices', id: gateway.id })}
    >
      {label ?? text('gateways.administrate')}
    </Button>
  );
}
