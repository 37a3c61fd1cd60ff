import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Creates the table of nonces whose requests were ahead of the relay's clock, in the place of the newest time of such a request. */
export async function createForeignNonces(database: Kysely<unknown>, { long }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('foreign_nonces')
    .addColumn('instance', 'text', (column) => column.notNull().references('foreign_instances.id').onDelete('cascade'))
    .addColumn('nonce', 'text', (column) => column.notNull())
    .addColumn('timestamp', long, (column) => column.notNull())
    .addPrimaryKeyConstraint('foreign_nonces_key', ['instance', 'nonce'])
    .execute();
  await database.schema.createIndex('foreign_nonces_by_time').on('foreign_nonces').column('timestamp').execute();
  await database.schema.alterTable('foreign_instances').dropColumn('ahead').execute();
}
