import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { RelayStartError } from '../errors.ts';
import { RELAY_PROCESS_LIMITS } from '../limits/index.ts';
import { DATABASE_FILES, openStore, type Store } from '../store/index.ts';

/**
 * Runs a task with the database of a data folder, which a relay may use at the same time.
 * @throws {RelayStartError} `relay.data-folder`, `relay.database`
 */
export async function withStore<Result>(folder: string, task: (store: Store) => Promise<Result>): Promise<Result> {
  const [database] = DATABASE_FILES;
  try {
    await access(join(folder, database));
  } catch (error) {
    throw new RelayStartError('relay.data-folder', `${folder} is no data folder of a relay`, { cause: error });
  }
  const store = await openStore(folder, RELAY_PROCESS_LIMITS);
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}
