import type { AppHandlers, GATEWAY_CALLS } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { GatewayManager } from './index.ts';
import type { AgentParts } from '../../api/parts.ts';

type GatewayHandlers = Pick<AppHandlers, keyof typeof GATEWAY_CALLS>;

/** The answers to the calls about gateways. */
export function createGatewayHandlers(parts: Pick<AgentParts, 'gateways'>): GatewayHandlers {
  const gateways = (): GatewayManager => {
    if (parts.gateways === undefined) throw gatewayError('gateway.unavailable', 'this agent has no gateways');
    return parts.gateways;
  };
  const idOf = (reference: string): string => gateways().find(reference).id;
  return {
    'gateways.list': async () => parts.gateways?.views() ?? [],
    'gateways.probe': async ({ endpoint }, { signal }) => gateways().probe(endpoint, signal),
    'gateways.read': async ({ text }, { signal }) => gateways().read(text, signal),
    'gateways.discover': async (_input, { signal }) => gateways().discover(signal),
    'gateways.add': async (input) => gateways().add(input),
    'gateways.update': async ({ gateway, settings, ...given }) => gateways().update(idOf(gateway), settings, given),
    'gateways.remove': async ({ gateway }) => {
      gateways().remove(idOf(gateway));
      return {};
    },
    'gateways.connect': async ({ gateway }) => gateways().connect(idOf(gateway)),
    'gateways.trust': async ({ gateway, ...decision }) => gateways().trust(idOf(gateway), decision),
    'gateways.handover': async ({ gateway, ...wish }, { signal }) =>
      gateways().handover(idOf(gateway), { ...wish, signal }),
  };
}
