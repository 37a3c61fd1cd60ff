import { join } from 'node:path';
import { chmod } from 'node:fs/promises';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { errorMessage } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';
import { migrationProvider, SQLITE_TYPES } from './migrations/index.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import type { Store } from './port.ts';
import type { Database } from './schema/index.ts';
import { SqlStore } from './sql-store.ts';
import type { StoreLimits } from './transaction.ts';

/**
 * Opens `relay.db` in the data directory, or creates it, and migrates it to the current schema.
 * @throws {RelayStartError} `relay.database`, `relay.node-version`
 */
export async function openStore(directory: string, limits: StoreLimits): Promise<Store> {
  const path = join(directory, 'relay.db');
  try {
    const sqlite = openNodeSqlite(path);
    try {
      await chmod(path, 0o600);
      // WAL with synchronous=NORMAL loses nothing if the process is killed; a power cut may lose the last writes, never the integrity.
      sqlite.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;',
      );
      return new SqlStore(await migrate(sqlite), limits);
    } catch (error) {
      sqlite.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof RelayStartError) throw error;
    throw new RelayStartError('relay.database', `the database ${path} cannot be opened: ${errorMessage(error)}`, {
      cause: error,
      details: { path },
    });
  }
}

/**
 * Applies the missing migrations, all or none. Begins the transaction itself, since kysely's migrator uses none for SQLite; closing the database
 * after an error rolls it back.
 */
async function migrate(sqlite: ReturnType<typeof openNodeSqlite>): Promise<Kysely<Database>> {
  const database = new Kysely<Database>({ dialect: new SqliteDialect({ database: sqlite }) });
  sqlite.exec('BEGIN IMMEDIATE');
  const migrator = new Migrator({ db: database, provider: migrationProvider(SQLITE_TYPES) });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  sqlite.exec('COMMIT');
  return database;
}
