import { fromUuid, PLATFORM_LIMITS, PlatformError } from '#shared/platform/index.ts';
import type { PlatformContext } from '../context.ts';
import { notFound, requireAction, visibleTo } from '../project-access.ts';
import { findProjectView } from '../projects/project-views.ts';
import type { RouteHandlers } from '../serve-routes.ts';
import type { PlatformTask } from '../tasks.ts';
import {
  closeInvitation,
  findInvitationTo,
  invitationView,
  listInvitationsTo,
  openInvitations,
  type InvitationRow,
} from './invitation-rows.ts';
import { overLink, type Invitations } from './invitations.ts';

type InvitationRouteName =
  | 'invitations.list'
  | 'invitations.create'
  | 'invitations.cancel'
  | 'invitations.mine'
  | 'invitations.accept'
  | 'invitations.decline'
  | 'invitations.lookUp'
  | 'invitations.redeem';

/** Returns the handlers of invitations. They read and write the database. */
export function invitationRoutes(
  context: PlatformContext,
  invitations: Invitations,
): RouteHandlers<InvitationRouteName> {
  const { store, tasks, clock, secrets } = context;
  return {
    async 'invitations.list'({ caller, project }) {
      const rows = await store.read((database) =>
        openInvitations(database, clock.now())
          .selectAll('invitations')
          .where('invitations.project', 'in', visibleTo(database, caller.account).select('projects.id'))
          .where('invitations.project', '=', project.id)
          .orderBy('invitations.created_at')
          .limit(PLATFORM_LIMITS.pendingInvitations)
          .execute(),
      );
      return { invitations: rows.map((row) => invitationView(row)) };
    },

    'invitations.create': ({ caller, project, input, address }) =>
      invitations.invite({ account: caller.account, project: project.id, email: input.email, address }),

    async 'invitations.cancel'({ caller, project, params, address }) {
      await tasks.run(async (task) => {
        await requireAction(task.database, caller.account, project.id, 'cancel-invitation');
        const row = await task.database
          .selectFrom('invitations')
          .selectAll()
          .where('id', '=', fromUuid(params.invitation))
          .where('project', '=', project.id)
          .executeTakeFirst();
        await closeInvitation(task, requireOpen(row, task.now), 'cancelled');
        const event = { event: 'invitation.cancelled', account: caller.account, project: project.id };
        await task.record({ ...event, subject: params.invitation, address });
      });
      return {};
    },

    async 'invitations.mine'({ caller }) {
      const now = clock.now();
      return store.read(async (database) => {
        const email = await database
          .selectFrom('accounts')
          .select('email')
          .where('id', '=', caller.account)
          .where('email_verified_at', 'is not', null)
          .executeTakeFirst();
        return {
          invitations:
            email === undefined
              ? []
              : await listInvitationsTo(database, { account: caller.account, email: email.email }, now),
        };
      });
    },

    'invitations.accept': ({ caller, params }) =>
      tasks.run(async (task) => {
        const row = await findOwn(task, caller.account, params.invitation);
        await invitations.accept(task, row, caller.account);
        return findProjectView(task.database, caller.account, row.project, context);
      }),

    async 'invitations.decline'({ caller, params, address }) {
      await tasks.run(async (task) => {
        const row = await findOwn(task, caller.account, params.invitation);
        await closeInvitation(task, row, 'declined');
        const event = { event: 'invitation.declined', account: caller.account, project: row.project };
        await task.record({ ...event, subject: params.invitation, address });
      });
      return {};
    },

    'invitations.lookUp': ({ input }) =>
      store.read(async (database) => {
        const now = clock.now();
        const { project = null, email = null } = (await secrets.find(database, input.token, 'invite', now)) ?? {};
        const found =
          project === null || email === null ? undefined : await findInvitationTo(database, { project, email }, now);
        if (found === undefined) throw overLink();
        return found;
      }),

    'invitations.redeem': ({ caller, input }) =>
      tasks.run(async (task) => {
        const used = await secrets.use(task.database, input.token, 'invite', task.now);
        const project = await invitations.redeem(task, caller.account, used);
        return findProjectView(task.database, caller.account, project, context);
      }),
  };
}

/**
 * Returns an open invitation to the proved address of an account.
 * @throws {PlatformError} `platform.not-found`, `project.invitation-over`
 */
async function findOwn(task: PlatformTask, account: string, id: string): Promise<InvitationRow> {
  const row = await task.database
    .selectFrom('invitations')
    .innerJoin('accounts', 'accounts.email', 'invitations.email')
    .selectAll('invitations')
    .where('invitations.id', '=', fromUuid(id))
    .where('accounts.id', '=', account)
    .where('accounts.email_verified_at', 'is not', null)
    .executeTakeFirst();
  return requireOpen(row, task.now);
}

/** @throws {PlatformError} `platform.not-found`, `project.invitation-over` */
function requireOpen(row: InvitationRow | undefined, now: number): InvitationRow {
  if (row === undefined) throw notFound();
  if (row.status !== 'pending' || row.expires_at <= now) {
    throw new PlatformError('project.invitation-over', 'the invitation is over');
  }
  return row;
}
