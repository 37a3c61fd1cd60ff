import type { Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Creates the tables of devices and their projects. */
export async function createDeviceTables(
  database: Kysely<unknown>,
  { long, bytes, numbered }: ColumnTypes,
): Promise<void> {
  await database.schema
    .createTable('projects')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_device', 'text', (column) => column.notNull())
    .addColumn('created_at', long, (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('devices')
    .addColumn('peer_id', 'text', (column) => column.primaryKey())
    .addColumn('certificate', bytes)
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('first_seen', long, (column) => column.notNull())
    .addColumn('last_seen', long)
    .addColumn('software', 'text')
    .execute();
  await database.schema
    .createTable('members')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('peer_id', 'text', (column) => column.notNull().references('devices.peer_id').onDelete('cascade'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('enrolment', bytes)
    .addColumn('inviter', 'text')
    .addColumn('serial', long, (column) => column.notNull())
    .addColumn('added_at', long, (column) => column.notNull())
    .addColumn('removed_serial', long)
    .addColumn('removal', bytes)
    .addColumn('removed_at', long)
    .addPrimaryKeyConstraint('members_key', ['project_id', 'peer_id'])
    .execute();
  await database.schema.createIndex('members_by_peer').on('members').column('peer_id').execute();
  await database.schema
    .createTable('sessions')
    .addColumn('id', long, numbered)
    .addColumn('connection', 'text', (column) => column.notNull())
    .addColumn('from_peer', 'text', (column) => column.notNull())
    .addColumn('to_peer', 'text', (column) => column.notNull())
    .addColumn('started_at', long, (column) => column.notNull())
    .addColumn('ended_at', long, (column) => column.notNull())
    .addColumn('bytes_forward', long, (column) => column.notNull())
    .addColumn('bytes_back', long, (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute();
  await database.schema.createIndex('sessions_by_end').on('sessions').column('ended_at').execute();
}
