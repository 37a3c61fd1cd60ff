import type { OPERATOR_CALLS, AppHandlers } from '#shared/app-api/index.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { GatewayAdministration, OperatorService } from './index.ts';
import { newestThatFit } from '../../core/newest-that-fit.ts';

type OperatorHandlers = Pick<AppHandlers, keyof typeof OPERATOR_CALLS>;

/**
 * Creates the handlers of the app API's `requests.*`, `devices.*` and `nodes.*` calls for the OpenClaw module: requests at gateways, and their
 * devices and nodes. `OperatorService` and `GatewayAdministration` send decisions, changes and commands for nodes to the gateway and write the audit
 * log; `OperatorService` also saves decided requests.
 * @param parts omitted if this agent has no gateways: the list of requests is then empty, and other calls fail
 */
export function createOperatorHandlers(
  parts?: Readonly<{ operator: OperatorService; administration: GatewayAdministration }>,
): OperatorHandlers {
  const present = (): NonNullable<typeof parts> => {
    if (parts === undefined) throw gatewayError('gateway.unavailable', 'this agent has no gateways');
    return parts;
  };
  const administration = (): GatewayAdministration => present().administration;
  return {
    'requests.list': async ({ all }) => ({
      waiting: parts?.operator.list() ?? [],
      decided: all === true ? (parts?.operator.decided() ?? []) : [],
    }),
    'requests.decide': async (input, { signal }) => present().operator.decide(input, signal),
    'devices.list': async ({ gateway }, { signal }) => newestThatFit(await administration().devices(gateway, signal)),
    'devices.rename': async (input, { signal }) => {
      await administration().renameDevice(input, signal);
      return {};
    },
    'devices.remove': async (input, { signal }) => {
      await administration().removeDevice(input, signal);
      return {};
    },
    'devices.rotate': async (input, { signal }) => {
      await administration().rotate(input, signal);
      return {};
    },
    'devices.revoke': async (input, { signal }) => {
      await administration().revoke(input, signal);
      return {};
    },
    'nodes.list': async ({ gateway }, { signal }) => newestThatFit(await administration().nodes(gateway, signal)),
    'nodes.rename': async (input, { signal }) => {
      await administration().renameNode(input, signal);
      return {};
    },
    'nodes.remove': async (input, { signal }) => {
      await administration().removeNode(input, signal);
      return {};
    },
    'nodes.invoke': async (input, { signal }) => ({ payload: await administration().invoke(input, signal) }),
  };
}
