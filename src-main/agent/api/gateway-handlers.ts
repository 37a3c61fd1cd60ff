import type { GATEWAY_CALLS, AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

type GatewayHandlers = Pick<AppHandlers, keyof typeof GATEWAY_CALLS>;

/** The answers to the calls about gateways. */
export function createGatewayHandlers(): GatewayHandlers {
  const missing = async (): Promise<never> => {
    throw new ClawReachError('gateway.unavailable', 'this agent has no gateways');
  };
  return {
    'gateways.list': async () => [],
    'gateways.probe': missing,
    'gateways.read': missing,
    'gateways.discover': missing,
    'gateways.add': missing,
    'gateways.update': missing,
    'gateways.remove': missing,
    'gateways.connect': missing,
    'gateways.trust': missing,
    'gateways.handover': missing,
  };
}
