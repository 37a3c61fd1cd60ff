import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { until } from '#test/support/e2e/until.ts';
import type { RealGateway } from './real.ts';

/** Adds a gateway to a device as `Real`, as its operator, and waits until it is connected. @param patience ms */
export async function connectDevice(
  api: AppApiClient,
  name: string,
  gateway: RealGateway,
  patience: number,
): Promise<void> {
  const view = async (): Promise<GatewayView> => {
    const [found] = await api.call('gateways.list', {});
    if (found === undefined) throw new Error('no gateway');
    return found;
  };
  await api.call('gateways.add', {
    settings: {
      name: 'Real',
      endpoint: { host: '127.0.0.1', port: gateway.port, tls: true, path: '/' },
      fingerprint: gateway.fingerprint,
      operator: { enabled: true, access: 'full' },
      node: { enabled: false, name, capabilities: [] },
    },
    token: gateway.token,
  });
  const requestId = await until('the request', async () => (await view()).operator.requestId ?? undefined, patience);
  const { code, stderr } = await gateway.cli(['devices', 'approve', requestId, '--json']);
  if (code !== 0) throw new Error(stderr);
  await until(
    'the connection',
    async () => ((await view()).operator.state === 'connected' ? true : undefined),
    patience,
  );
}
