import type { Kysely, Selectable } from 'kysely';
import {
  PLATFORM_LIMITS,
  PlatformError,
  toUuid,
  type InvitationToMe,
  type InvitationView,
} from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import { findPictureHashes } from '../people/find-picture.ts';
import { requireRoomForMembership } from '../projects/project-rows.ts';
import type { PlatformTask } from '../tasks.ts';

export type InvitationRow = Selectable<Database['invitations']>;

/** Returns an invitation as the people of its project see it. Pure. */
export function invitationView(row: InvitationRow): InvitationView {
  return {
    id: toUuid(row.id),
    email: row.email,
    status: row.status,
    invitedBy: toUuid(row.invited_by),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** Selects the invitations that are still open. @param now Unix ms */
export function openInvitations(database: Kysely<Database>, now: number) {
  return database
    .selectFrom('invitations')
    .where('invitations.status', '=', 'pending')
    .where('invitations.expires_at', '>', now);
}

/** Lists open invitations to the proved address of an account, as that account sees them. Reads the database. */
export async function listInvitationsTo(
  database: Kysely<Database>,
  { account, email }: Readonly<{ account: string; email: string }>,
  now: number,
): Promise<InvitationToMe[]> {
  const rows = await invitationsToMe(database, now)
    .where('invitations.email', '=', email)
    .orderBy('invitations.created_at', 'desc')
    .limit(PLATFORM_LIMITS.memberships)
    .execute();
  const inviters = [...new Set(rows.map((row) => row.inviter))];
  const pictures = await findPictureHashes(database, account, inviters);
  return rows.map((row) => toMe(row, pictures.get(row.inviter)));
}

/** Returns an open invitation as the invited person sees it; undefined if there is none. Reads the database. */
export async function findInvitationTo(
  database: Kysely<Database>,
  { project, email }: Readonly<{ project: string; email: string }>,
  now: number,
): Promise<InvitationToMe | undefined> {
  const row = await invitationsToMe(database, now)
    .where('invitations.project', '=', project)
    .where('invitations.email', '=', email)
    .executeTakeFirst();
  return row === undefined ? undefined : toMe(row, undefined);
}

/**
 * Ends an invitation, and the links to it. Writes the database.
 * @param status result for the person who was invited
 */
export async function closeInvitation(
  task: PlatformTask,
  { id, project, email }: Pick<InvitationRow, 'id' | 'project' | 'email'>,
  status: 'accepted' | 'declined' | 'cancelled',
): Promise<void> {
  await task.database.updateTable('invitations').set({ status }).where('id', '=', id).execute();
  await deleteLinks(task, { project, email });
  task.changed(project, 'invitations', [toUuid(id)]);
  await announceTo(task, email, id);
}

/** Deletes the links to the invitations of an address to a project. Writes the database. */
export async function deleteLinks(
  { database }: PlatformTask,
  { project, email }: Readonly<{ project: string; email: string }>,
): Promise<void> {
  await database
    .deleteFrom('one_time')
    .where('purpose', '=', 'invite')
    .where('project', '=', project)
    .where('email', '=', email)
    .execute();
}

/** Tells the pages of the account with an address, if it is proved, that an invitation to it changed. Reads the database. */
export async function announceTo(task: PlatformTask, email: string, id: string): Promise<void> {
  const account = await findVerified(task.database, email);
  if (account !== undefined) task.accountChanged(account, 'invitations', [toUuid(id)]);
}

/** Returns the active account that has proved an address; undefined if there is none. Reads the database. */
export async function findVerified(database: Kysely<Database>, email: string): Promise<string | undefined> {
  const row = await database
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', email)
    .where('email_verified_at', 'is not', null)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return row?.id;
}

/**
 * Makes an account a member of a project. Writes the database.
 * @returns false if it is in the project already
 * @throws {PlatformError} `platform.limit`
 */
export async function addMember(
  task: PlatformTask,
  { project, account, invitedBy }: Readonly<{ project: string; account: string; invitedBy: string }>,
): Promise<boolean> {
  const { database, now } = task;
  if (await isInProject(database, project, account)) return false;
  const { count } = await database
    .selectFrom('project_people')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('project', '=', project)
    .executeTakeFirstOrThrow();
  if (count >= PLATFORM_LIMITS.people) {
    throw new PlatformError('platform.limit', `a project has at most ${PLATFORM_LIMITS.people} people`);
  }
  await requireRoomForMembership(database, account);
  await database
    .insertInto('project_people')
    .values({ project, account, role: 'member', invited_by: invitedBy, added_at: now })
    .execute();
  task.changed(project, 'people', [toUuid(account)]);
  task.accountChanged(account, 'projects', [toUuid(project)]);
  return true;
}

/** Reports whether an account is in a project. Reads the database. */
export async function isInProject(database: Kysely<Database>, project: string, account: string): Promise<boolean> {
  const row = await database
    .selectFrom('project_people')
    .select('account')
    .where('project', '=', project)
    .where('account', '=', account)
    .executeTakeFirst();
  return row !== undefined;
}

function invitationsToMe(database: Kysely<Database>, now: number) {
  return openInvitations(database, now)
    .innerJoin('projects', 'projects.id', 'invitations.project')
    .innerJoin('accounts', 'accounts.id', 'invitations.invited_by')
    .select([
      'invitations.id',
      'invitations.email',
      'invitations.created_at',
      'invitations.expires_at',
      'projects.name as project_name',
      'invitations.invited_by as inviter',
      'accounts.name as inviter_name',
    ]);
}

function toMe(
  row: Readonly<{
    id: string;
    email: string;
    created_at: number;
    expires_at: number;
    project_name: string;
    inviter_name: string;
  }>,
  picture: string | undefined,
): InvitationToMe {
  return {
    id: toUuid(row.id),
    projectName: row.project_name,
    invitedBy: row.inviter_name,
    picture: picture ?? null,
    email: row.email,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
