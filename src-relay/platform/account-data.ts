import type { Kysely } from 'kysely';
import { toUuid, type AccountExport } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';
import type { PlatformContext } from './context.ts';
import { listInvitationsTo } from './invitations/invitation-rows.ts';
import { endAdmitted, removePerson } from './people/remove-person.ts';
import { endAccountProject } from './projects/end-project.ts';
import { listProjectViews } from './projects/project-views.ts';
import type { PlatformTask } from './tasks.ts';

/** Plain sessions in one export. */
const MOST_SESSIONS = 100_000;

/**
 * Removes what an account has in projects, before it is deleted: its own projects, its membership in others, and every device key that it admitted. Projects
 * that a device gave stay that device's. Writes the database.
 */
export async function removeAccountData(task: PlatformTask, account: string): Promise<void> {
  for (const { project, role } of await listRoles(task.database, account)) {
    await (role === 'owner' ? endAccountProject(task, project) : removePerson(task, project, account));
  }
}

/** Tells the people of an account's projects that its name or picture has changed. Reads the database. */
export async function announcePerson(task: PlatformTask, account: string): Promise<void> {
  for (const { project } of await listRoles(task.database, account)) task.changed(project, 'people', [toUuid(account)]);
}

/**
 * Removes every device key that a disabled account admitted, and its open tickets. It stays in its projects, and needs new tickets after it was enabled
 * again. Writes the database.
 */
export async function endAccountDevices(task: PlatformTask, account: string): Promise<void> {
  for (const { project } of await listRoles(task.database, account)) await endAdmitted(task, project, account);
  task.accessLost();
}

/** Returns the platform's part of an account's export. Reads the database. */
export async function exportAccountData(
  database: Kysely<Database>,
  account: string,
  context: PlatformContext,
): Promise<Pick<AccountExport, 'projects' | 'invitations' | 'plainSessions'>> {
  const projects = await listProjectViews(database, account, context);
  const email = await database
    .selectFrom('accounts')
    .select('email')
    .where('id', '=', account)
    .where('email_verified_at', 'is not', null)
    .executeTakeFirst();
  const sessions = await database
    .selectFrom('plain_sessions')
    .select(['id', 'device', 'started_at', 'ended_at', 'reason'])
    .where('account', '=', account)
    .orderBy('started_at')
    .limit(MOST_SESSIONS)
    .execute();
  return {
    projects,
    invitations:
      email === undefined
        ? []
        : await listInvitationsTo(database, { account, email: email.email }, context.clock.now()),
    plainSessions: sessions.map((row) => ({
      id: toUuid(row.id),
      device: toUuid(row.device),
      startedAt: row.started_at,
      endedAt: row.ended_at,
      reason: row.reason,
    })),
  };
}

async function listRoles(database: Kysely<Database>, account: string) {
  return database
    .selectFrom('project_people')
    .select(['project', 'role'])
    .where('account', '=', account)
    .orderBy('project')
    .execute();
}
