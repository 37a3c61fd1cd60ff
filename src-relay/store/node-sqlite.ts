import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { RelayStartError } from '../errors.ts';

/** Limit of cached prepared statements; the relay uses about twenty. */
const MOST_STATEMENTS = 128;

/**
 * Opens a database file with Node's own SQLite, or creates it, adapted to the interface of better-sqlite3 that kysely's SqliteDialect expects. Called
 * by `openStore`.
 * @throws {RelayStartError} `relay.node-version` on a Node without it
 */
export function openNodeSqlite(path: string): SqliteDatabase & Readonly<{ exec(sql: string): void }> {
  // Not an import: on a Node without the module, the whole program would fail to load without a readable error.
  const sqlite = process.getBuiltinModule('node:sqlite');
  // Older Nodes lack the module although its type is declared.
  if ((sqlite as typeof sqlite | undefined) === undefined) {
    throw new RelayStartError('relay.node-version', `Node ${process.versions.node} has no node:sqlite`, {
      details: { found: process.versions.node },
    });
  }
  const database = new sqlite.DatabaseSync(path, { timeout: 5000 });
  const statements = new Map<string, SqliteStatement>();
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(text) {
      // Another process may write as well (`clawreach-relay account`). A transaction that reads first and writes then would fail if the other one wrote
      // between; one that takes the lock at its beginning waits for it.
      const sql = text === 'begin' ? 'begin immediate' : text;
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const made = adapt(database, sql);
      if (statements.size >= MOST_STATEMENTS) statements.clear();
      statements.set(sql, made);
      return made;
    },
  };
}

function adapt(database: DatabaseSync, sql: string): SqliteStatement {
  const statement: StatementSync = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as readonly SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as readonly SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as readonly SQLInputValue[])),
  };
}
