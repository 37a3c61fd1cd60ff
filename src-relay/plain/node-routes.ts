import { PlatformError } from '#shared/platform/index.ts';
import { replyWithEvents, type RouteHandlers } from '../platform/index.ts';
import type { Connectors } from './connectors.ts';
import type { PlainContext } from './context.ts';
import { requirePlainDevice } from './device-access.ts';
import type { NodeRequests } from './node-requests.ts';
import type { PlainRateLimits } from './rates.ts';

/** Parts of the documented protocol that requests to nodes use. */
export type NodeServices = Readonly<{ connectors: Connectors; requests: NodeRequests; rates: PlainRateLimits }>;

/** Returns the handler of the route that sends a request to an OpenClaw node, and streams its answer. It reads the database, and stores nothing. */
export function nodeRoutes(
  { store }: PlainContext,
  { connectors, requests, rates }: NodeServices,
): RouteHandlers<'nodes.request'> {
  return {
    async 'nodes.request'({ caller, project, params, input }) {
      const wait = rates.take('requestsPerAccount', caller.account);
      if (wait > 0) throw new PlatformError('platform.rate', 'too many requests', { retryAfter: wait });
      const device = await store.read((database) => requirePlainDevice(database, project.id, params.device));
      const node = connectors.find(device.id, 'openclaw');
      if (node === undefined) {
        throw connectors.find(device.id, 'connector') === undefined
          ? new PlatformError('project.device-offline', 'the device is offline')
          : new PlatformError('project.not-a-node', 'no OpenClaw is connected as this device');
      }
      return replyWithEvents(requests.begin(node, { account: caller.account, signIn: caller.session.id }, input));
    },
  };
}
