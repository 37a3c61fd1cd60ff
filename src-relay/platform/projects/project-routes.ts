import { toHex } from '#shared/bytes/index.ts';
import { PlatformError, toUuid } from '#shared/platform/index.ts';
import type { PlatformContext } from '../context.ts';
import { removePerson } from '../people/remove-person.ts';
import { requireAction } from '../project-access.ts';
import type { RouteHandlers } from '../serve-routes.ts';
import { endAccountProject } from './end-project.ts';
import { addProject, requireRoomForProject } from './project-rows.ts';
import { findProjectView, listProjectViews } from './project-views.ts';

type ProjectRouteName =
  | 'projects.list'
  | 'projects.create'
  | 'projects.get'
  | 'projects.change'
  | 'projects.delete'
  | 'projects.leave';

/** Returns the handlers of projects. They read and write the database. */
export function projectRoutes(context: PlatformContext): RouteHandlers<ProjectRouteName> {
  const { store, tasks, crypto } = context;
  return {
    'projects.list': async ({ caller }) => ({
      projects: await store.read((database) => listProjectViews(database, caller.account, context)),
    }),

    async 'projects.create'({ caller, input, address }) {
      const id = toHex(crypto.randomBytes(16));
      return tasks.run(async (task) => {
        await requireRoomForProject(task.database, caller.account);
        await addProject(task.database, { id, name: input.name, account: caller.account }, task.now);
        await task.record({ event: 'project.created', account: caller.account, project: id, address });
        task.accountChanged(caller.account, 'projects', [toUuid(id)]);
        return findProjectView(task.database, caller.account, id, context);
      });
    },

    'projects.get': ({ caller, project }) =>
      store.read((database) => findProjectView(database, caller.account, project.id, context)),

    async 'projects.change'({ caller, project, input, address }) {
      const { name, plainAllowed } = input;
      if (plainAllowed === true && context.plain === undefined) {
        throw new PlatformError(
          'project.plain-off',
          'this relay does not serve plain devices: its administrator has to start it with --plain-protocol on',
        );
      }
      return tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'change');
        await task.database
          .updateTable('projects')
          .set({
            ...(name === undefined ? {} : { name }),
            ...(plainAllowed === undefined ? {} : { plain_allowed: plainAllowed ? 1 : 0 }),
            updated_at: task.now,
          })
          .where('id', '=', project.id)
          .execute();
        if (plainAllowed !== undefined) {
          const event = plainAllowed ? 'project.plain-allowed' : 'project.plain-forbidden';
          await task.record({ event, account: caller.account, project: project.id, address });
          task.changed(project.id, 'devices', []);
          task.accessLost();
        }
        task.changed(project.id, 'project', [toUuid(project.id)]);
        return findProjectView(task.database, caller.account, project.id, context);
      });
    },

    async 'projects.delete'({ caller, project, address }) {
      await tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'delete');
        await task.record({ event: 'project.deleted', account: caller.account, project: project.id, address });
        await endAccountProject(task, project.id);
      });
      return {};
    },

    async 'projects.leave'({ caller, project, address }) {
      await tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'leave');
        await removePerson(task, project.id, caller.account);
        await task.record({ event: 'person.left', account: caller.account, project: project.id, address });
      });
      return {};
    },
  };
}
