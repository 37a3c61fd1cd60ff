import { setImmediate as turn } from 'node:timers/promises';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { ACCOUNT_LIMITS } from './limits.ts';

/**
 * Work that is done after the answer to its request, one task after the other, so that the answer's time doesn't tell what there was to do. Bounded; a
 * further task is dropped and logged.
 */
export class BackgroundTasks {
  readonly #logger: Logger;
  readonly #limit: number;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(logger: Logger, limit: number = ACCOUNT_LIMITS.waitingTasks) {
    this.#logger = logger;
    this.#limit = limit;
  }

  /** Adds a task; it starts in a later turn of the event loop. */
  add(name: string, task: () => Promise<void>): void {
    if (this.#waiting >= this.#limit) {
      this.#logger.warn('task dropped', { task: name, reason: 'too many tasks wait' });
      return;
    }
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#run(name, task));
  }

  /** Resolves once all tasks are done that were added before. */
  settle(): Promise<void> {
    return this.#last;
  }

  async #run(name: string, task: () => Promise<void>): Promise<void> {
    await turn();
    try {
      await task();
    } catch (error) {
      this.#logger.error('task failed', { task: name, reason: errorMessage(error) });
    } finally {
      this.#waiting -= 1;
    }
  }
}
