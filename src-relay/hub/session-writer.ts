import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { SessionRecord, Store } from '../store/index.ts';

/** Clock, logger, database and callback. */
export type SessionWriterOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  store: Store;
  /** Called with sessions that are in the database. */
  written(records: readonly SessionRecord[]): void;
}>;

/**
 * Queue of ended sessions, kept in memory until `Hub` writes it to the database: at each sweep of its timer, and when it closes. Written in batches,
 * since each write is a transaction.
 */
export class SessionWriter {
  readonly #options: SessionWriterOptions;
  #waiting: SessionRecord[] = [];

  constructor(options: SessionWriterOptions) {
    this.#options = options;
  }

  add(record: SessionRecord): void {
    this.#waiting.push(record);
  }

  /** Writes the queue. Sessions that can't be written are logged and dropped. Never rejects. */
  async write(): Promise<void> {
    const { clock, logger, store } = this.#options;
    const records = this.#waiting;
    if (records.length === 0) return;
    this.#waiting = [];
    try {
      await store.addSessions(records, clock.now());
      this.#options.written(records);
    } catch (error) {
      logger.error('session history not written', { message: errorMessage(error), lost: records.length });
    }
  }
}
