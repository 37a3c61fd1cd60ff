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

/** Ended session that isn't written yet. */
type Waiting = Readonly<{
  record: SessionRecord;
  /** Monotonic time of the end, ms. */
  since: number;
  seemsDirect(): boolean;
}>;

/** Reason of a session that a device ended, in which both stayed online: they are connected directly, as far as the relay can tell. */
const DIRECT = 'direct';
/** Reason of a session that a device ended. */
const ENDED = 'ended';
/** Time after which a device that quits has left the relay, too, ms. */
const QUIT = 2000;

/**
 * Queue of ended sessions, kept in memory until `Hub` writes it to the database: at each sweep of its timer, and when it closes. Written in batches,
 * since each write is a transaction. A session that a device ended waits for two seconds, because only then it shows whether the device quit.
 */
export class SessionWriter {
  readonly #options: SessionWriterOptions;
  #waiting: Waiting[] = [];

  constructor(options: SessionWriterOptions) {
    this.#options = options;
  }

  add(record: SessionRecord, seemsDirect: () => boolean): void {
    this.#waiting.push({ record, since: this.#options.clock.monotonic(), seemsDirect });
  }

  /**
   * Writes the queue. Sessions that can't be written are logged and dropped. Never rejects.
   * @param isClosing writes all sessions, also those that would wait
   */
  async write(isClosing = false): Promise<void> {
    const { clock, logger, store } = this.#options;
    const now = clock.monotonic();
    const isDue = ({ record, since }: Waiting): boolean => isClosing || record.reason !== ENDED || now - since >= QUIT;
    const records = this.#waiting.filter((each) => isDue(each)).map((each) => settled(each, isClosing));
    if (records.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !isDue(each));
    try {
      await store.addSessions(records, clock.now());
      this.#options.written(records);
    } catch (error) {
      logger.error('session history not written', { message: errorMessage(error), lost: records.length });
    }
  }
}

function settled({ record, seemsDirect }: Waiting, isClosing: boolean): SessionRecord {
  return !isClosing && record.reason === ENDED && seemsDirect() ? { ...record, reason: DIRECT } : record;
}
