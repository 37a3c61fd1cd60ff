import { join } from 'node:path';
import { chmod } from 'node:fs/promises';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { errorMessage } from '#shared/errors.ts';
import { RelayStartError } from '../errors.ts';
import { StoreTransaction, type StoreLimits } from './transaction.ts';
import { migrationProvider } from './migrations.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import type { Database } from './schema.ts';
import { SerialQueue } from './serial-queue.ts';

/** Ended connection between two devices: times and byte counts, never content. */
export type SessionRecord = Readonly<{
  connection: string;
  from: string;
  to: string;
  /** Unix ms. */
  startedAt: number;
  endedAt: number;
  /** Bytes from the initiator to the responder; `bytesBack` counts the other direction. */
  bytesForward: number;
  bytesBack: number;
  reason: string;
}>;

/**
 * Database of the relay: projects, devices, members and session history. Opened by `startRelay` for the hub. Decisions about membership and all
 * writes run through one queue. All times are Unix ms.
 */
export class Store {
  readonly #database: Kysely<Database>;
  readonly #limits: StoreLimits;
  readonly #queue = new SerialQueue();

  constructor(database: Kysely<Database>, limits: StoreLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  /**
   * Runs a task in a transaction, while no other task runs.
   * @param committed called with the result once it is on disk and before the next task starts
   */
  exclusively<Result>(
    task: (changes: StoreTransaction) => Promise<Result>,
    committed?: (result: Result) => void,
  ): Promise<Result> {
    return this.#queue.run(async () => {
      const result = await this.#database
        .transaction()
        .execute((transaction) => task(new StoreTransaction(transaction, this.#limits)));
      committed?.(result);
      return result;
    });
  }

  /** Reports whether a device is a current member of one of the projects. */
  async isMemberOfAny(peer: string, projects: readonly string[]): Promise<boolean> {
    const row = await this.#database
      .selectFrom('members')
      .select('peer_id')
      .where('peer_id', '=', peer)
      .where('project_id', 'in', projects)
      .where('removed_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Adds ended connections to the history and deletes the oldest beyond the limits. */
  async addSessions(records: readonly SessionRecord[], now: number): Promise<void> {
    if (records.length === 0) return;
    await this.#queue.run(() =>
      this.#database.transaction().execute(async (transaction) => {
        for (const record of records) {
          await transaction
            .insertInto('sessions')
            .values({
              connection: record.connection,
              from_peer: record.from,
              to_peer: record.to,
              started_at: record.startedAt,
              ended_at: record.endedAt,
              bytes_forward: record.bytesForward,
              bytes_back: record.bytesBack,
              reason: record.reason,
            })
            .execute();
        }
        const newest = await transaction
          .selectFrom('sessions')
          .select((builder) => builder.fn.max('id').as('id'))
          .executeTakeFirstOrThrow();
        await transaction
          .deleteFrom('sessions')
          .where((builder) =>
            builder.or([
              builder('id', '<=', newest.id - this.#limits.sessionRows),
              builder('ended_at', '<', now - this.#limits.sessionAge),
            ]),
          )
          .execute();
      }),
    );
  }

  /** Lists the session history, newest first. */
  async sessions(limit: number): Promise<SessionRecord[]> {
    const rows = await this.#database.selectFrom('sessions').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return rows.map((row) => ({
      connection: row.connection,
      from: row.from_peer,
      to: row.to_peer,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      bytesForward: row.bytes_forward,
      bytesBack: row.bytes_back,
      reason: row.reason,
    }));
  }

  async close(): Promise<void> {
    await this.#queue.run(() => this.#database.destroy());
  }
}

/**
 * Opens `relay.db` in the data directory, or creates it, and migrates it to the current schema.
 * @throws {RelayStartError} `relay.database`, `relay.node-version`
 */
export async function openStore(directory: string, limits: StoreLimits): Promise<Store> {
  const path = join(directory, 'relay.db');
  try {
    const sqlite = openNodeSqlite(path);
    await chmod(path, 0o600);
    // WAL with synchronous=NORMAL loses nothing if the process is killed; a power cut may lose the last writes, never the integrity.
    sqlite.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;',
    );
    const database = new Kysely<Database>({ dialect: new SqliteDialect({ database: sqlite }) });
    const { error } = await new Migrator({ db: database, provider: migrationProvider }).migrateToLatest();
    if (error !== undefined) throw error;
    return new Store(database, limits);
  } catch (error) {
    if (error instanceof RelayStartError) throw error;
    throw new RelayStartError('relay.database', `the database ${path} cannot be opened: ${errorMessage(error)}`, {
      cause: error,
      details: { path },
    });
  }
}
