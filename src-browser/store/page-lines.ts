import type { ClearableLineFile } from '#shared/storage.ts';
import { inTransaction, resultOf } from './database.ts';

/** Most lines kept of one log. */
const MOST_LINES = 5000;
/** Lines appended between two removals of old ones. */
const BETWEEN_REMOVALS = 250;

type Line = Readonly<{ log: string; line: string }>;

/** Log of a page's agent in IndexedDB, such as the history; in memory while the store keeps nothing. The newest 5,000 lines are kept. */
export class PageLines implements ClearableLineFile {
  readonly #database: IDBDatabase;
  readonly #log: string;
  readonly #keeps: () => boolean;
  #inMemory: readonly string[] = [];
  #appended = 0;

  /** @param keeps reports whether the store keeps anything now */
  constructor(database: IDBDatabase, log: string, keeps: () => boolean) {
    this.#keeps = keeps;
    this.#database = database;
    this.#log = log;
  }

  async append(line: string): Promise<void> {
    if (!this.#keeps()) {
      this.#inMemory = [...this.#inMemory, line].slice(-MOST_LINES);
      return;
    }
    await inTransaction(this.#database, 'lines', 'readwrite', async (store) => {
      await resultOf(store.add({ log: this.#log, line } satisfies Line));
      this.#appended += 1;
      // Also after the first line: most pages write only a few.
      if (this.#appended % BETWEEN_REMOVALS !== 1) return;
      const keys = await resultOf(store.index('log').getAllKeys(this.#log));
      for (const key of keys.slice(0, -MOST_LINES)) store.delete(key);
    });
  }

  async newest(limit: number): Promise<readonly string[]> {
    if (!this.#keeps()) return this.#inMemory.slice(-limit).toReversed();
    return await inTransaction(this.#database, 'lines', 'readonly', async (store) => {
      const lines: Line[] = await resultOf(store.index('log').getAll(this.#log));
      return lines
        .slice(-limit)
        .map(({ line }) => line)
        .toReversed();
    });
  }

  async clear(): Promise<void> {
    this.#inMemory = [];
    await inTransaction(this.#database, 'lines', 'readwrite', async (store) => {
      for (const key of await resultOf(store.index('log').getAllKeys(this.#log))) store.delete(key);
    });
  }
}
