import { fromUuid, PlatformError, toUuid } from '#shared/platform/index.ts';
import type { PlatformContext } from '../context.ts';
import { notFound, requireAction, visibleTo } from '../project-access.ts';
import type { RouteHandlers } from '../serve-routes.ts';
import { removePerson } from './remove-person.ts';

/** Returns the handlers of a project's people. They read and write the database. */
export function peopleRoutes({ store, tasks }: PlatformContext): RouteHandlers<'people.list' | 'people.remove'> {
  return {
    async 'people.list'({ caller, project }) {
      const rows = await store.read((database) =>
        visibleTo(database, caller.account)
          .innerJoin('project_people as person', 'person.project', 'projects.id')
          .innerJoin('accounts', 'accounts.id', 'person.account')
          .select([
            'accounts.id',
            'accounts.name',
            'accounts.email',
            'person.role',
            'person.invited_by',
            'person.added_at',
          ])
          .where('projects.id', '=', project.id)
          .orderBy('person.role', 'desc')
          .orderBy('person.added_at')
          .orderBy('accounts.id')
          .execute(),
      );
      return {
        people: rows.map((row) => ({
          id: toUuid(row.id),
          name: row.name,
          email: project.role === 'owner' || row.id === caller.account ? row.email : null,
          role: row.role,
          invitedBy: row.invited_by === null ? null : toUuid(row.invited_by),
          addedAt: row.added_at,
        })),
      };
    },

    async 'people.remove'({ caller, project, params, address }) {
      const person = fromUuid(params.person);
      await tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'remove-person');
        // Only the owner may remove others, so the owner is the caller.
        if (person === caller.account) throw new PlatformError('project.owner', 'a project always has its owner');
        if (!(await removePerson(task, project.id, person))) throw notFound();
        const event = { event: 'person.removed', account: caller.account, project: project.id };
        await task.record({ ...event, subject: params.person, address });
      });
      return {};
    },
  };
}
