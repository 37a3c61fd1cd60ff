import type { Kysely, Selectable, Transaction } from 'kysely';
import { FOREIGN_LIMITS } from '#shared/foreign/index.ts';
import { PlatformError } from '#shared/platform/index.ts';
import type { Database } from '../store/index.ts';

/** Foreign instance, as the database has it. */
export type InstanceRow = Readonly<Selectable<Database['foreign_instances']>>;

/** IDs in one query; SQLite allows 32 766 parameters. */
const CHUNK = 500;

/** Returns an instance; undefined if there is none. Reads the database. */
export async function findInstance(database: Kysely<Database>, id: string): Promise<InstanceRow | undefined> {
  return database.selectFrom('foreign_instances').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Returns an instance that may send and receive; undefined if there is none. Reads the database. */
export async function findActiveInstance(database: Kysely<Database>, id: string): Promise<InstanceRow | undefined> {
  return activeInstances(database)
    .selectAll('foreign_instances')
    .where('foreign_instances.id', '=', id)
    .executeTakeFirst();
}

/** Lists the instances of a project by name. Reads the database. */
export async function listInstances(database: Kysely<Database>, project: string): Promise<InstanceRow[]> {
  return database
    .selectFrom('foreign_instances')
    .selectAll()
    .where('project', '=', project)
    .orderBy('id')
    .limit(FOREIGN_LIMITS.instances)
    .execute();
}

/** Keys of an instance: the sealed one with which it signs, and the public one that signs its receipts. */
export type InstanceKeys = Readonly<{ sealed: Uint8Array; publicKey: Uint8Array | null }>;

/** Returns the keys of those of these instances that may send and receive, by ID. Reads the database. */
export async function findKeys(
  database: Kysely<Database>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, InstanceKeys>> {
  const keys = new Map<string, InstanceKeys>();
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = await activeInstances(database)
      .select(['foreign_instances.id', 'foreign_instances.sealed', 'foreign_instances.public_key'])
      .where('foreign_instances.id', 'in', ids.slice(start, start + CHUNK))
      .execute();
    for (const { id, sealed, public_key: publicKey } of rows) keys.set(id, { sealed, publicKey });
  }
  return keys;
}

/**
 * Adds an instance to a project. Writes the database.
 * @throws {PlatformError} `platform.limit`, `project.instance-exists`
 */
export async function addInstance(
  transaction: Transaction<Database>,
  instance: Readonly<{ id: string; project: string; name: string; sealed: Uint8Array }>,
  now: number,
): Promise<void> {
  const { count } = await transaction
    .selectFrom('foreign_instances')
    .select((builder) => builder.fn.countAll<number>().as('count'))
    .where('project', '=', instance.project)
    .executeTakeFirstOrThrow();
  if (count >= FOREIGN_LIMITS.instances)
    throw new PlatformError('platform.limit', 'the project has too many instances');
  const inserted = await transaction
    .insertInto('foreign_instances')
    .values({ ...instance, created_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if (Number(inserted.numInsertedOrUpdatedRows ?? 0) === 0)
    throw new PlatformError('project.instance-exists', 'another instance of this relay has this name');
}

/** Replaces the key of an instance, and forgets its public key. Returns false if the project has no such instance. Writes the database. */
export async function replaceKey(
  transaction: Transaction<Database>,
  { id, project, sealed }: Readonly<{ id: string; project: string; sealed: Uint8Array }>,
): Promise<boolean> {
  const row = await transaction
    .updateTable('foreign_instances')
    .set({ sealed, public_key: null })
    .where('id', '=', id)
    .where('project', '=', project)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Removes an instance. Returns false if the project has no such instance. Writes the database. */
export async function removeInstance(
  transaction: Transaction<Database>,
  { id, project }: Readonly<{ id: string; project: string }>,
): Promise<boolean> {
  const row = await transaction
    .deleteFrom('foreign_instances')
    .where('id', '=', id)
    .where('project', '=', project)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Stores when an instance was heard. Writes the database. @param heard Unix ms */
export async function noteHeard(
  transaction: Transaction<Database>,
  { id, created_at: createdAt }: Pick<InstanceRow, 'id' | 'created_at'>,
  heard: number,
): Promise<void> {
  await transaction
    .updateTable('foreign_instances')
    .set({ last_heard: heard })
    .where('id', '=', id)
    .where('created_at', '=', createdAt)
    .execute();
}

/** Pins the public key of an instance that has none, and returns the pinned one. Writes the database. */
export async function pinPublicKey(
  transaction: Transaction<Database>,
  id: string,
  publicKey: Uint8Array,
): Promise<Uint8Array | null> {
  await transaction
    .updateTable('foreign_instances')
    .set({ public_key: publicKey })
    .where('id', '=', id)
    .where('public_key', 'is', null)
    .execute();
  return (await findInstance(transaction, id))?.public_key ?? null;
}

/** Selects the instances of projects whose owner isn't disabled, so that the programs of an account end with it. Reads the database. */
function activeInstances(database: Kysely<Database>) {
  return database
    .selectFrom('foreign_instances')
    .innerJoin('projects', 'projects.id', 'foreign_instances.project')
    .innerJoin('accounts', 'accounts.id', 'projects.owner_account')
    .where('accounts.disabled_at', 'is', null);
}
