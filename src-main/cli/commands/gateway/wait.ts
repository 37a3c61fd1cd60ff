import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { interruptibleDelay } from '../../control/index.ts';
import type { CommandContext } from '../registry.ts';

/** Longest wait for a connection attempt, ms. */
const MOMENT = 20_000;
const POLL = 150;

/** Waits until a connection attempt has a result: connected, waiting for approval, or rejected. */
export async function waitForGateway(context: CommandContext, client: AppApiClient, id: string): Promise<GatewayView> {
  const { host } = context;
  const end = host.clock.monotonic() + MOMENT;
  for (;;) {
    const views = await client.call('gateways.list', {}, { signal: host.interrupted });
    const view = views.find((one) => one.id === id);
    if (view === undefined) throw gatewayError('gateway.unknown', 'the gateway was removed', { name: id });
    const isSettled = [view.operator, view.node].every(({ state }) => state !== 'connecting');
    if (isSettled || host.clock.monotonic() >= end) return view;
    await interruptibleDelay(context, POLL);
    host.interrupted.throwIfAborted();
  }
}
