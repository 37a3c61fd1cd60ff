import { fromUuid, PlatformError, toUuid } from '#shared/platform/index.ts';
import { hasTag } from '../../http/index.ts';
import type { PlatformContext } from '../context.ts';
import { notFound, requireAction, visibleTo } from '../project-access.ts';
import { replyWithPicture } from '../route-reply.ts';
import type { RouteHandlers } from '../serve-routes.ts';
import { findPicture } from './find-picture.ts';
import { removePerson } from './remove-person.ts';

/**
 * Headers of a picture besides those of every answer. The browser keeps it, and asks each time whether the person may still see it. Opened by itself it is
 * a document without any right, and no page of another origin can embed it to learn who shares a project.
 */
const PICTURE_HEADERS = {
  'Cache-Control': 'private, no-cache',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Returns the handlers of a project's people. They read and write the database. */
export function peopleRoutes({
  store,
  tasks,
}: PlatformContext): RouteHandlers<'people.list' | 'people.picture' | 'people.remove'> {
  return {
    async 'people.list'({ caller, project }) {
      const rows = await store.read((database) =>
        visibleTo(database, caller.account)
          .innerJoin('project_people as person', 'person.project', 'projects.id')
          .innerJoin('accounts', 'accounts.id', 'person.account')
          .leftJoin('account_pictures', 'account_pictures.account', 'person.account')
          .select([
            'accounts.id',
            'accounts.name',
            'accounts.email',
            'account_pictures.hash as picture',
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
          picture: row.picture,
          email: project.role === 'owner' || row.id === caller.account ? row.email : null,
          role: row.role,
          invitedBy: row.invited_by === null ? null : toUuid(row.invited_by),
          addedAt: row.added_at,
        })),
      };
    },

    async 'people.picture'({ caller, params, headers }) {
      const found = await store.read((database) => findPicture(database, caller.account, params.picture));
      if (found === undefined) throw notFound();
      const tag = `"${params.picture}"`;
      return replyWithPicture(found, { tag, isKnown: hasTag(headers, tag), headers: PICTURE_HEADERS });
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
