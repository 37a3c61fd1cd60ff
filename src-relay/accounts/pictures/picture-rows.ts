import type { Kysely } from 'kysely';
import { toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { AccountExport } from '#shared/platform/index.ts';
import type { Database } from '../../store/index.ts';
import type { Picture } from './picture-format.ts';

/** Returns the name of an account's picture; null if it has none. Reads the database. */
export async function findPictureHash(database: Kysely<Database>, account: string): Promise<string | null> {
  const row = await database
    .selectFrom('account_pictures')
    .select('hash')
    .where('account', '=', account)
    .executeTakeFirst();
  return row?.hash ?? null;
}

/** Stores the picture of an account in place of the one before. Writes the database. */
export async function storePicture(
  transaction: Kysely<Database>,
  crypto: Pick<CryptoBackend, 'sha256'>,
  account: string,
  { type, bytes: content }: Picture,
): Promise<void> {
  const picture = { type, content, hash: toHex(crypto.sha256(content)) };
  await transaction
    .insertInto('account_pictures')
    .values({ account, ...picture })
    .onConflict((conflict) => conflict.column('account').doUpdateSet(picture))
    .execute();
}

/** Deletes the picture of an account. Writes the database. */
export async function deletePicture(transaction: Kysely<Database>, account: string): Promise<void> {
  await transaction.deleteFrom('account_pictures').where('account', '=', account).execute();
}

/** Returns the picture of an account for its export. Reads the database. */
export async function exportPicture(database: Kysely<Database>, account: string): Promise<AccountExport['picture']> {
  const row = await database
    .selectFrom('account_pictures')
    .select(['type', 'content'])
    .where('account', '=', account)
    .executeTakeFirst();
  return row === undefined ? null : { type: row.type, bytes: toBase64Url(row.content) };
}
