import type { NODE_CALLS, AppHandlers } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import type { GatewayDirectory } from '../gateways/index.ts';
import type { NodeService } from './index.ts';
import { newestThatFit } from '../../core/newest-that-fit.ts';

type NodeHandlers = Pick<AppHandlers, keyof typeof NODE_CALLS>;

/**
 * Creates the handlers of the app API's `node.*` calls for the OpenClaw module: policy and rules of this machine as a node, and its list of runs.
 * `NodeService` answers them: it saves the policy, reads the files of a program that gets a rule, ends a run's program, and writes the audit log.
 * @param parts omitted if this agent has no gateways or this machine can't be a node: the list of runs is then empty, and other calls fail
 */
export function createNodeHandlers(
  parts?: Readonly<{ node: NodeService; gateways: Pick<GatewayDirectory, 'find'> }>,
): NodeHandlers {
  const present = (): NodeService => {
    if (parts === undefined) throw new ClawReachError('gateway.unavailable', 'this agent has no gateways');
    return parts.node;
  };
  return {
    'node.policy.get': async () => present().policy,
    'node.policy.set': async ({ policy }) => present().setPolicy(policy),
    'node.allow': async ({ gateway, ...wanted }) => {
      const node = present();
      return await node.allow({
        ...wanted,
        gateway: gateway === null ? null : (parts?.gateways.find(gateway).id ?? ''),
      });
    },
    'node.runs': async () => newestThatFit(parts?.node.runs() ?? []),
    'node.cancel': async ({ run }) => {
      present().cancel(run);
      return {};
    },
  };
}
