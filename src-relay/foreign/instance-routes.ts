import { PlatformError } from '#shared/platform/index.ts';
import type { Sealer } from '../keys/index.ts';
import { requireAction, type PlatformContext, type RouteHandlers } from '../platform/index.ts';
import { createKey } from './instance-keys.ts';
import { addInstance, findInstance, listInstances, removeInstance, replaceKey } from './instance-rows.ts';
import { instanceView, type LiveInstances } from './instance-views.ts';

type InstanceRouteName = 'instances.list' | 'instances.create' | 'instances.createKey' | 'instances.delete';

/** Parts of the relay that the routes of instances use. */
export type InstanceRouteServices = Readonly<{ sealer: Sealer; live: LiveInstances }>;

/** Returns the handlers of the foreign instances of projects. They read and write the database, where keys are sealed. */
export function instanceRoutes(
  { store, tasks, crypto }: Pick<PlatformContext, 'store' | 'tasks' | 'crypto'>,
  { sealer, live }: InstanceRouteServices,
): RouteHandlers<InstanceRouteName> {
  return {
    async 'instances.list'({ project }) {
      const rows = await store.read((database) => listInstances(database, project.id));
      return { instances: rows.map((row) => instanceView(row, live)) };
    },

    async 'instances.create'({ caller, project, input, address }) {
      const { account } = caller;
      const { key, sealed } = createKey(crypto, sealer, input.id);
      return tasks.run(async (task) => {
        const { database, now } = task;
        await requireAction(database, account, project.id, 'manage-instances');
        await addInstance(database, { id: input.id, project: project.id, name: input.name, sealed }, now);
        await task.record({ event: 'instance.added', account, project: project.id, subject: input.id, address });
        task.changed(project.id, 'instances', []);
        const row = await findInstance(database, input.id);
        if (row === undefined) throw notFound();
        return { instance: instanceView(row, live), key };
      });
    },

    async 'instances.createKey'({ caller, project, params, address }) {
      const { account } = caller;
      const id = params.instance;
      const { key, sealed } = createKey(crypto, sealer, id);
      return tasks.run(async (task) => {
        await requireAction(task.database, account, project.id, 'manage-instances');
        if (!(await replaceKey(task.database, { id, project: project.id, sealed }))) throw notFound();
        await task.record({ event: 'instance.key-created', account, project: project.id, subject: id, address });
        task.changed(project.id, 'instances', []);
        task.accessLost();
        return { key };
      });
    },

    async 'instances.delete'({ caller, project, params, address }) {
      const { account } = caller;
      const id = params.instance;
      return tasks.run(async (task) => {
        await requireAction(task.database, account, project.id, 'manage-instances');
        if (!(await removeInstance(task.database, { id, project: project.id }))) throw notFound();
        await task.record({ event: 'instance.removed', account, project: project.id, subject: id, address });
        task.changed(project.id, 'instances', []);
        task.accessLost();
        return {};
      });
    },
  };
}

function notFound(): PlatformError {
  return new PlatformError('platform.not-found', 'not found');
}
