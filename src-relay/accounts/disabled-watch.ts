import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import type { Store } from '../store/index.ts';
import type { AccountData, AccountListener } from './ports.ts';

/**
 * Notices accounts that the operator disabled, which another process writes into the database, and ends what they had open. Their requests are rejected
 * without it, from the next one on.
 */
export class DisabledWatch {
  readonly #parts: Readonly<{
    store: Store;
    clock: Clock;
    logger: Logger;
    data: AccountData;
    listener: AccountListener;
  }>;
  readonly #interval: number;
  readonly #known = new Set<string>();
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param interval ms */
  constructor(
    parts: Readonly<{ store: Store; clock: Clock; logger: Logger; data: AccountData; listener: AccountListener }>,
    interval: number,
  ) {
    this.#parts = parts;
    this.#interval = interval;
  }

  /** Starts to watch. Accounts that were disabled before are handled as well: the relay may not have run then. */
  start(): void {
    this.#running = this.#look();
    this.#timer = this.#parts.clock.setTimer(this.#interval, () => {
      this.#timer = undefined;
      void this.#running.then(() => {
        if (!this.#isClosed) this.start();
      });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #look(): Promise<void> {
    const { store, logger, data, listener } = this.#parts;
    try {
      const rows = await store.read((database) =>
        database.selectFrom('accounts').select('id').where('disabled_at', 'is not', null).execute(),
      );
      const disabled = new Set(rows.map(({ id }) => id));
      for (const id of this.#known) if (!disabled.has(id)) this.#known.delete(id);
      for (const id of disabled) {
        if (this.#known.has(id)) continue;
        await data.disabled(id);
        listener.ended(id, 'all');
        this.#known.add(id);
      }
    } catch (error) {
      logger.error('disabled accounts not checked', { reason: errorMessage(error) });
    }
  }
}
