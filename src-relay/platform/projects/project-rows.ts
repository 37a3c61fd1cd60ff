import type { Kysely, Transaction } from 'kysely';
import { PLATFORM_LIMITS, PlatformError } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';

/**
 * Checks that an account may own one more project. Reads the database.
 * @throws {PlatformError} `platform.limit`
 */
export async function requireRoomForProject(database: Kysely<Database>, account: string): Promise<void> {
  await requireRoomForMembership(database, account);
  const { count } = await database
    .selectFrom('projects')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('owner_account', '=', account)
    .executeTakeFirstOrThrow();
  if (count >= PLATFORM_LIMITS.projects) {
    throw new PlatformError('platform.limit', `an account owns at most ${PLATFORM_LIMITS.projects} projects`);
  }
}

/**
 * Checks that an account may be in one more project. Reads the database.
 * @throws {PlatformError} `platform.limit`
 */
export async function requireRoomForMembership(database: Kysely<Database>, account: string): Promise<void> {
  const { count } = await database
    .selectFrom('project_people')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  if (count >= PLATFORM_LIMITS.memberships) {
    throw new PlatformError('platform.limit', `an account is in at most ${PLATFORM_LIMITS.memberships} projects`);
  }
}

/** Adds the project of an account, without devices. Writes the database. */
export async function addProject(
  transaction: Transaction<Database>,
  { id, name, account }: Readonly<{ id: string; name: string; account: string }>,
  now: number,
): Promise<void> {
  await transaction
    .insertInto('projects')
    .values({
      id,
      name,
      owner_account: account,
      owner_device: null,
      claim: null,
      claim_serial: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
  await addOwner(transaction, { project: id, account }, now);
}

/** Makes an account the owner of a project that has none. Writes the database. */
export async function addOwner(
  transaction: Transaction<Database>,
  person: Readonly<{ project: string; account: string }>,
  now: number,
): Promise<void> {
  await transaction
    .insertInto('project_people')
    .values({ ...person, role: 'owner', invited_by: null, added_at: now })
    .execute();
}

/** Lists the accounts in a project, the owner among them. Reads the database. */
export async function listAccountsIn(database: Kysely<Database>, project: string): Promise<string[]> {
  const rows = await database
    .selectFrom('project_people')
    .select('account')
    .where('project', '=', project)
    .orderBy('account')
    .execute();
  return rows.map((row) => row.account);
}
