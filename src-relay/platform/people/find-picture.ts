import type { Kysely } from 'kysely';
import type { PictureType } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import { visibleTo } from '../project-access.ts';

/** Finds a picture of an account itself, or of someone who is in a project with it now; undefined for every other one. Reads the database. */
export async function findPicture(
  database: Kysely<Database>,
  account: string,
  hash: string,
): Promise<Readonly<{ type: PictureType; content: Uint8Array }> | undefined> {
  const own = await database
    .selectFrom('account_pictures')
    .select(['type', 'content'])
    .where('hash', '=', hash)
    .where('account', '=', account)
    .executeTakeFirst();
  if (own !== undefined) return own;
  return picturesFor(database, account)
    .select(['account_pictures.type', 'account_pictures.content'])
    .where('account_pictures.hash', '=', hash)
    .limit(1)
    .executeTakeFirst();
}

/** Returns the names of the pictures of those accounts with which an account shares a project. Reads the database. */
export async function findPictureHashes(
  database: Kysely<Database>,
  account: string,
  others: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (others.length === 0) return new Map();
  const rows = await picturesFor(database, account)
    .select(['account_pictures.account', 'account_pictures.hash'])
    .where('account_pictures.account', 'in', others)
    .execute();
  return new Map(rows.map((row) => [row.account, row.hash]));
}

/** Selects the pictures of the people who are in a project with an account now. */
function picturesFor(database: Kysely<Database>, account: string) {
  return visibleTo(database, account)
    .innerJoin('project_people as person', 'person.project', 'projects.id')
    .innerJoin('account_pictures', 'account_pictures.account', 'person.account');
}
