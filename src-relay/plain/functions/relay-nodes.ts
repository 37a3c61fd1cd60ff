import { toUuid } from '#shared/platform/index.ts';
import { answerJson, type RequestRoute } from '../../http/index.ts';
import { visibleTo } from '../../platform/index.ts';
import type { Connectors } from '../connectors.ts';
import type { PlainContext } from '../context.ts';
import { requireAccount } from './caller.ts';

/**
 * Returns the function that lists the connected connectors and nodes of the account's projects, one entry for each program: a device with both is there
 * twice. Reads the database.
 */
export function relayNodes(
  { store, callers }: PlainContext,
  { connectors }: Readonly<{ connectors: Connectors }>,
): RequestRoute {
  return {
    method: 'GET',
    path: '/functions/v1/relay-nodes',
    async handle(request) {
      const { account } = await requireAccount(callers, request);
      const devices = await store.read((database) =>
        visibleTo(database, account)
          .innerJoin('plain_devices', 'plain_devices.project', 'projects.id')
          .select(['plain_devices.id as id', 'plain_devices.name as name'])
          .where('projects.plain_allowed', '=', 1)
          .orderBy('plain_devices.name')
          .orderBy('plain_devices.id')
          .execute(),
      );
      const nodes = devices.flatMap(({ id, name }) =>
        (['connector', 'openclaw'] as const)
          .map((kind) => connectors.find(id, kind))
          .filter((connector) => connector !== undefined)
          .map(({ kind, connectedAt, heardAt }) => ({
            device_id: toUuid(id),
            name,
            kind,
            connected_at: new Date(connectedAt).toISOString(),
            last_heartbeat: new Date(heardAt).toISOString(),
            online: true,
          })),
      );
      return answerJson({ nodes });
    },
  };
}
