import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Creates the table of foreign instances. */
export async function createForeignInstances(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('foreign_instances')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('project', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sealed', bytes, (column) => column.notNull())
    .addColumn('public_key', bytes)
    .addColumn('ahead', long, (column) => column.notNull().defaultTo(0))
    .addColumn('last_heard', long)
    .addColumn('created_at', long, (column) => column.notNull())
    .execute();
  await database.schema.createIndex('foreign_instances_by_project').on('foreign_instances').column('project').execute();
}
