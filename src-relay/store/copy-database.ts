import { chmod } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the database's files in the data folder: the database, and the log and index that SQLite keeps beside it while it is open. */
export const DATABASE_FILES = ['relay.db', 'relay.db-wal', 'relay.db-shm'] as const;

/**
 * Copies the database of a data folder, as of one moment, by SQLite's online backup: a relay may use it meanwhile. Used by `clawreach-relay backup`.
 * Reads one folder and writes `relay.db` (0600) in the other.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const sqlite = process.getBuiltinModule('node:sqlite');
  const [name] = DATABASE_FILES;
  const source = new sqlite.DatabaseSync(join(from, name), { readOnly: true, timeout: 5000 });
  try {
    await sqlite.backup(source, join(to, name));
    await chmod(join(to, name), 0o600);
  } finally {
    source.close();
  }
}
