import { sql, type Kysely } from 'kysely';
import type { ColumnTypes } from './column-types.ts';

/** Creates the tables of accounts, people and plain devices, and gives projects a name and an owner account. */
export async function createAccountTables(database: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createAccounts(database, types);
  await extendProjects(database, types);
  await extendDevices(database);
  await createPeople(database, types);
  await createPlainDevices(database, types);
  await createOneTime(database, types);
  await createSignUps(database, types);
  await createSkillConfigs(database, types);
  await createAudit(database, types);
}

async function createAccounts(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('accounts')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('email_verified_at', long)
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('password', 'text')
    .addColumn('second_factor', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', long, (column) => column.notNull())
    .addColumn('disabled_at', long)
    .execute();
  await database.schema
    .createTable('account_sessions')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('token_hash', bytes, (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('address_group', 'text', (column) => column.notNull())
    .addColumn('agent', 'text', (column) => column.notNull())
    .addColumn('created_at', long, (column) => column.notNull())
    .addColumn('used_at', long, (column) => column.notNull())
    .addColumn('expires_at', long, (column) => column.notNull())
    .addColumn('strong_at', long)
    .execute();
  await createIndex(database, 'account_sessions_by_account', 'account_sessions', ['account']);
  await createIndex(database, 'account_sessions_by_expiry', 'account_sessions', ['expires_at']);
  await database.schema
    .createTable('passkeys')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('public_key', bytes, (column) => column.notNull())
    .addColumn('counter', long, (column) => column.notNull())
    .addColumn('transports', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', long, (column) => column.notNull())
    .addColumn('used_at', long)
    .execute();
  await createIndex(database, 'passkeys_by_account', 'passkeys', ['account']);
}

/**
 * Adds the new columns of projects and makes `owner_device` nullable. SQLite can't drop a NOT NULL constraint, so the values move to a new column.
 * Rebuilding the table instead would delete all members, whose foreign keys cascade.
 */
async function extendProjects(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema.alterTable('projects').renameColumn('owner_device', 'first_device').execute();
  await database.schema.alterTable('projects').addColumn('owner_device', 'text').execute();
  await sql`update projects set owner_device = first_device`.execute(database);
  await database.schema.alterTable('projects').dropColumn('first_device').execute();
  await database.schema
    .alterTable('projects')
    .addColumn('name', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  await database.schema
    .alterTable('projects')
    .addColumn('owner_account', 'text', (column) =>
      column
        .references('accounts.id')
        .onDelete('set null')
        .check(sql`owner_account is not null or owner_device is not null`),
    )
    .execute();
  await database.schema.alterTable('projects').addColumn('claim', bytes).execute();
  await database.schema.alterTable('projects').addColumn('claim_serial', long).execute();
  await database.schema
    .alterTable('projects')
    .addColumn('plain_allowed', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await database.schema
    .alterTable('projects')
    .addColumn('updated_at', long, (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update projects set updated_at = created_at`.execute(database);
  await createIndex(database, 'projects_by_owner_account', 'projects', ['owner_account']);
}

async function extendDevices(database: Kysely<unknown>): Promise<void> {
  for (const table of ['devices', 'members']) {
    await database.schema
      .alterTable(table)
      .addColumn('account', 'text', (column) => column.references('accounts.id').onDelete('set null'))
      .execute();
    await createIndex(database, `${table}_by_account`, table, ['account']);
  }
  await createIndex(database, 'sessions_by_from', 'sessions', ['from_peer', 'started_at']);
  await createIndex(database, 'sessions_by_to', 'sessions', ['to_peer', 'started_at']);
  await createIndex(database, 'sessions_by_start', 'sessions', ['started_at', 'id']);
}

async function createPeople(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('project_people')
    .addColumn('project', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('invited_by', 'text', (column) => column.references('accounts.id').onDelete('set null'))
    .addColumn('added_at', long, (column) => column.notNull())
    .addPrimaryKeyConstraint('project_people_key', ['project', 'account'])
    .execute();
  await createIndex(database, 'project_people_by_account', 'project_people', ['account']);
  await createIndex(database, 'project_people_by_inviter', 'project_people', ['invited_by']);
  await database.schema
    .createIndex('project_people_owner')
    .on('project_people')
    .column('project')
    .unique()
    .where(sql.ref('role'), '=', sql.lit('owner'))
    .execute();
  await database.schema
    .createTable('invitations')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('project', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('invited_by', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('created_at', long, (column) => column.notNull())
    .addColumn('expires_at', long, (column) => column.notNull())
    .execute();
  await createIndex(database, 'invitations_by_project', 'invitations', ['project', 'status']);
  await createIndex(database, 'invitations_by_email', 'invitations', ['email', 'status']);
  await createIndex(database, 'invitations_by_inviter', 'invitations', ['invited_by']);
  await createIndex(database, 'invitations_by_expiry', 'invitations', ['expires_at']);
  await database.schema
    .createIndex('invitations_pending')
    .on('invitations')
    .columns(['project', 'email'])
    .unique()
    .where(sql.ref('status'), '=', sql.lit('pending'))
    .execute();
  await database.schema
    .createTable('device_labels')
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('peer_id', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('device_labels_key', ['project', 'peer_id'])
    .addForeignKeyConstraint(
      'device_labels_member',
      ['project', 'peer_id'],
      'members',
      ['project_id', 'peer_id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await database.schema
    .createTable('enrol_tickets')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('key', bytes, (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('project', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('expires_at', long, (column) => column.notNull())
    .addColumn('used_at', long)
    .addColumn('used_by', 'text')
    .execute();
  await createIndex(database, 'enrol_tickets_by_account', 'enrol_tickets', ['account']);
  await createIndex(database, 'enrol_tickets_by_project', 'enrol_tickets', ['project']);
  await createIndex(database, 'enrol_tickets_by_expiry', 'enrol_tickets', ['expires_at']);
}

async function createPlainDevices(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('plain_devices')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('project', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('token_hash', bytes, (column) => column.unique())
    .addColumn('workdir', 'text')
    .addColumn('last_seen', long)
    .addColumn('created_by', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('created_at', long, (column) => column.notNull())
    .execute();
  await createIndex(database, 'plain_devices_by_project', 'plain_devices', ['project']);
  await createIndex(database, 'plain_devices_by_creator', 'plain_devices', ['created_by']);
  await database.schema
    .createTable('plain_sessions')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('device', 'text', (column) => column.notNull().references('plain_devices.id').onDelete('cascade'))
    .addColumn('account', 'text', (column) => column.references('accounts.id').onDelete('set null'))
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('started_at', long, (column) => column.notNull())
    .addColumn('ended_at', long)
    .addColumn('reason', 'text')
    .addColumn('bytes_forward', long, (column) => column.notNull().defaultTo(0))
    .addColumn('bytes_back', long, (column) => column.notNull().defaultTo(0))
    .execute();
  await createIndex(database, 'plain_sessions_by_device', 'plain_sessions', ['device', 'started_at']);
  await createIndex(database, 'plain_sessions_by_account', 'plain_sessions', ['account', 'started_at']);
  await createIndex(database, 'plain_sessions_by_status', 'plain_sessions', ['status', 'device']);
  await createIndex(database, 'plain_sessions_by_end', 'plain_sessions', ['ended_at']);
}

async function createOneTime(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('one_time')
    .addColumn('hash', bytes, (column) => column.notNull().primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.references('accounts.id').onDelete('cascade'))
    .addColumn('email', 'text')
    .addColumn('project', 'text', (column) => column.references('projects.id').onDelete('cascade'))
    .addColumn('device', 'text', (column) => column.references('plain_devices.id').onDelete('cascade'))
    .addColumn('expires_at', long, (column) => column.notNull())
    .addColumn('used_at', long)
    .execute();
  await createIndex(database, 'one_time_by_account', 'one_time', ['account', 'purpose']);
  await createIndex(database, 'one_time_by_email', 'one_time', ['email', 'purpose']);
  await createIndex(database, 'one_time_by_project', 'one_time', ['project', 'purpose']);
  await createIndex(database, 'one_time_by_device', 'one_time', ['device']);
  await createIndex(database, 'one_time_by_expiry', 'one_time', ['expires_at']);
}

async function createSignUps(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('sign_ups')
    .addColumn('hash', bytes, (column) => column.notNull().primaryKey())
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('password', 'text', (column) => column.notNull())
    .addColumn('created_at', long, (column) => column.notNull())
    .addColumn('expires_at', long, (column) => column.notNull())
    .execute();
  await createIndex(database, 'sign_ups_by_email', 'sign_ups', ['email', 'created_at']);
  await createIndex(database, 'sign_ups_by_expiry', 'sign_ups', ['expires_at']);
}

async function createSkillConfigs(database: Kysely<unknown>, { long, bytes }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('skill_configs')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('account', 'text', (column) => column.notNull().references('accounts.id').onDelete('cascade'))
    .addColumn('skill_slug', 'text', (column) => column.notNull())
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sealed', bytes, (column) => column.notNull())
    .addColumn('updated_at', long, (column) => column.notNull())
    .addUniqueConstraint('skill_configs_node', ['account', 'skill_slug', 'node_id'])
    .execute();
}

async function createAudit(database: Kysely<unknown>, { long, numbered }: ColumnTypes): Promise<void> {
  await database.schema
    .createTable('account_audit')
    .addColumn('id', long, numbered)
    .addColumn('at', long, (column) => column.notNull())
    .addColumn('account', 'text')
    .addColumn('project', 'text')
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('address_group', 'text', (column) => column.notNull())
    .execute();
  await createIndex(database, 'account_audit_by_account', 'account_audit', ['account', 'id']);
  await createIndex(database, 'account_audit_by_project', 'account_audit', ['project', 'id']);
  await createIndex(database, 'account_audit_by_time', 'account_audit', ['at']);
}

async function createIndex(
  database: Kysely<unknown>,
  name: string,
  table: string,
  columns: readonly string[],
): Promise<void> {
  await database.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .execute();
}
