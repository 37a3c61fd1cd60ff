import type { Kysely } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

/** Migrations of the relay's database, applied in the order of their names, each in a transaction. A published migration is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-projects-devices-sessions': { up: createFirstTables },
};

/** Source of the migrations that `openStore` applies. */
export const migrationProvider: MigrationProvider = {
  getMigrations: async () => ({ ...MIGRATIONS }),
};

async function createFirstTables(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('projects')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('owner_device', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .execute();
  await database.schema
    .createTable('devices')
    .addColumn('peer_id', 'text', (column) => column.primaryKey())
    .addColumn('certificate', 'blob')
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('first_seen', 'integer', (column) => column.notNull())
    .addColumn('last_seen', 'integer')
    .addColumn('software', 'text')
    .execute();
  await database.schema
    .createTable('members')
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('peer_id', 'text', (column) => column.notNull().references('devices.peer_id').onDelete('cascade'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('enrolment', 'blob')
    .addColumn('inviter', 'text')
    .addColumn('serial', 'integer', (column) => column.notNull())
    .addColumn('added_at', 'integer', (column) => column.notNull())
    .addColumn('removed_serial', 'integer')
    .addColumn('removal', 'blob')
    .addColumn('removed_at', 'integer')
    .addPrimaryKeyConstraint('members_key', ['project_id', 'peer_id'])
    .execute();
  await database.schema.createIndex('members_by_peer').on('members').column('peer_id').execute();
  await database.schema
    .createTable('sessions')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('connection', 'text', (column) => column.notNull())
    .addColumn('from_peer', 'text', (column) => column.notNull())
    .addColumn('to_peer', 'text', (column) => column.notNull())
    .addColumn('started_at', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'integer', (column) => column.notNull())
    .addColumn('bytes_forward', 'integer', (column) => column.notNull())
    .addColumn('bytes_back', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute();
  await database.schema.createIndex('sessions_by_end').on('sessions').column('ended_at').execute();
}
