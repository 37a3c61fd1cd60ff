import type { OPERATOR_CALLS, AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

type OperatorHandlers = Pick<AppHandlers, keyof typeof OPERATOR_CALLS>;

/** The answers to the calls about the requests, devices and nodes of gateways. */
export function createOperatorHandlers(): OperatorHandlers {
  const missing = async (): Promise<never> => {
    throw new ClawReachError('gateway.unavailable', 'this agent has no gateways');
  };
  return {
    'requests.list': async () => ({ waiting: [], decided: [] }),
    'requests.decide': missing,
    'devices.list': missing,
    'devices.rename': missing,
    'devices.remove': missing,
    'devices.rotate': missing,
    'devices.revoke': missing,
    'nodes.list': missing,
    'nodes.rename': missing,
    'nodes.remove': missing,
    'nodes.invoke': missing,
  };
}
