import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Creates the table of the accounts' pictures. They have one of their own, because most queries of accounts need none. */
export async function createAccountPictures(database: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('account_pictures')
    .addColumn('account', 'text', (column) =>
      column.notNull().primaryKey().references('accounts.id').onDelete('cascade'),
    )
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('content', bytes, (column) => column.notNull())
    .execute();
  await database.schema.createIndex('account_pictures_by_hash').on('account_pictures').column('hash').execute();
}
