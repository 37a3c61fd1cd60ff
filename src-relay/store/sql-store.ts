import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import { accountDevices } from './account-devices.ts';
import type { AccountDevices, SessionRecord, Store } from './port.ts';
import type { Database } from './schema/index.ts';
import { selectOnly } from './select-only.ts';
import { SerialQueue } from './serial-queue.ts';
import { addSessions, listSessions } from './session-history.ts';
import { StoreTransaction, type StoreLimits } from './transaction.ts';

/** Store in an SQL database that only this process uses. Created by `openStore`. Decisions about membership and all writes run through one queue. */
export class SqlStore implements Store {
  readonly #database: Kysely<Database>;
  readonly #reader: Kysely<Database>;
  readonly #limits: StoreLimits;
  readonly #queue = new SerialQueue();
  /** Task that a call comes from, if any. */
  readonly #task = new AsyncLocalStorage<{ isRunning: boolean }>();

  constructor(database: Kysely<Database>, limits: StoreLimits) {
    this.#database = database;
    this.#reader = database.withPlugin(selectOnly);
    this.#limits = limits;
  }

  exclusively<Result>(
    task: (changes: StoreTransaction) => Promise<Result>,
    committed?: (result: Result) => void,
  ): Promise<Result> {
    return this.transact((_, changes) => task(changes), committed);
  }

  async transact<Result>(
    task: (transaction: Transaction<Database>, changes: StoreTransaction) => Promise<Result>,
    committed?: (result: Result) => void,
  ): Promise<Result> {
    this.#rejectNested();
    return this.#queue.run(async () => {
      const state = { isRunning: true };
      try {
        const result = await this.#task.run(state, () =>
          this.#database
            .transaction()
            .execute((transaction) => task(transaction, new StoreTransaction(transaction, this.#limits))),
        );
        committed?.(result);
        return result;
      } finally {
        state.isRunning = false;
      }
    });
  }

  async read<Result>(task: (database: Kysely<Database>) => Promise<Result>): Promise<Result> {
    this.#rejectNested();
    return task(this.#reader);
  }

  async isMemberOfAny(peer: string, projects: readonly string[]): Promise<boolean> {
    const row = await this.read((database) =>
      database
        .selectFrom('members')
        .select('peer_id')
        .where('peer_id', '=', peer)
        .where('project_id', 'in', projects)
        .where('removed_at', 'is', null)
        .limit(1)
        .executeTakeFirst(),
    );
    return row !== undefined;
  }

  accountDevices(peer: string, now: number): Promise<AccountDevices | undefined> {
    return this.read((database) => accountDevices(database, peer, now));
  }

  async addSessions(records: readonly SessionRecord[], now: number): Promise<void> {
    if (records.length === 0) return;
    await this.transact((transaction) => addSessions(transaction, records, this.#limits, now));
  }

  sessions(limit: number): Promise<SessionRecord[]> {
    return this.read((database) => listSessions(database, limit));
  }

  async close(): Promise<void> {
    await this.#queue.run(() => this.#database.destroy());
  }

  /** Rejects a call from within a task, which would wait for that task, while the task waits for it. */
  #rejectNested(): void {
    if (this.#task.getStore()?.isRunning === true) throw new Error('a task of the store may not call the store');
  }
}
