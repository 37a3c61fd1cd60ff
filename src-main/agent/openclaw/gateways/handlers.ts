import type { AppHandlers, GATEWAY_CALLS } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { GatewayManager } from './index.ts';

type GatewayHandlers = Pick<AppHandlers, keyof typeof GATEWAY_CALLS>;

/**
 * Creates the handlers of the app API's `gateways.*` calls for the OpenClaw module, without those about gateway terminals. `GatewayManager` answers
 * them, saves and connects the gateways and writes the audit log. Some calls use the network: they fetch certificates and setup codes, search the
 * local network, and have a gateway create a setup code.
 * @param present gateways of this agent; undefined if it has none: the list is then empty, and other calls fail
 */
export function createGatewayHandlers(present: GatewayManager | undefined): GatewayHandlers {
  const gateways = (): GatewayManager => {
    if (present === undefined) throw gatewayError('gateway.unavailable', 'this agent has no gateways');
    return present;
  };
  const idOf = (reference: string): string => gateways().find(reference).id;
  return {
    'gateways.list': async () => present?.views() ?? [],
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
    'gateways.handover': async ({ gateway, ...request }, { signal }) =>
      gateways().nodeInstructions(idOf(gateway), { ...request, signal }),
  };
}
