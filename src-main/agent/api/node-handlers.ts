import type { NODE_CALLS, AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

type NodeHandlers = Pick<AppHandlers, keyof typeof NODE_CALLS>;

/** The answers to the calls about this machine as a node. */
export function createNodeHandlers(): NodeHandlers {
  const missing = async (): Promise<never> => {
    throw new ClawReachError('gateway.unavailable', 'this agent has no gateways');
  };
  return {
    'node.policy.get': missing,
    'node.policy.set': missing,
    'node.allow': missing,
    'node.runs': async () => [],
    'node.cancel': missing,
  };
}
