import type { AppApiClient, GatewayView } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { interruptibleDelay } from '../../control/index.ts';
import type { CommandContext } from '../registry.ts';

/** Longest wait for the result, ms. */
const MAX_WAIT = 20_000;
/** Interval between two calls that read the gateway's state, ms. */
const POLL_INTERVAL = 150;

/**
 * Asks the agent for a gateway's state until its connection attempt has ended: connected, waiting for approval, waiting for a retry, or stopped.
 * Waits up to 20 seconds and returns the latest state. Used after every call that makes the agent connect.
 * @throws {GatewayError} `gateway.unknown` if the gateway was removed meanwhile
 */
export async function waitForGateway(context: CommandContext, client: AppApiClient, id: string): Promise<GatewayView> {
  const { host } = context;
  const end = host.clock.monotonic() + MAX_WAIT;
  for (;;) {
    const views = await client.call('gateways.list', {}, { signal: host.interrupted });
    const view = views.find((one) => one.id === id);
    if (view === undefined) throw gatewayError('gateway.unknown', 'the gateway was removed', { name: id });
    const isSettled = [view.operator, view.node].every(({ state }) => state !== 'connecting');
    if (isSettled || host.clock.monotonic() >= end) return view;
    await interruptibleDelay(context, POLL_INTERVAL);
    host.interrupted.throwIfAborted();
  }
}
