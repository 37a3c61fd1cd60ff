import { availableParallelism } from 'node:os';
import { PlatformError } from '#shared/platform/index.ts';
import { ACCOUNT_LIMITS } from '../limits.ts';

/** Time after which a refused request may find room, ms. */
const RETRY_AFTER = 5000;

/**
 * Returns the number of passwords that are hashed at the same time: as `ACCOUNT_LIMITS` says, and at most half of the cores, so that links keep one to
 * themselves. Pure.
 */
export function hashesAtOnce(cores: number): number {
  return Math.max(1, Math.min(ACCOUNT_LIMITS.hashes, Math.floor(cores / 2)));
}

/**
 * Runs tasks that each take a thread and 32 MiB: few at a time, some wait in their order, and further ones are rejected at once. Bounds what a flood of
 * sign-ins takes from links and from memory.
 */
export class HashQueue {
  readonly #running: number;
  readonly #waiting: number;
  readonly #queue = new Set<() => void>();
  #active = 0;

  constructor({
    hashes = hashesAtOnce(availableParallelism()),
    waitingHashes = ACCOUNT_LIMITS.waitingHashes,
  }: Readonly<{ hashes?: number; waitingHashes?: number }> = {}) {
    this.#running = hashes;
    this.#waiting = waitingHashes;
  }

  /** Number of tasks that wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Runs a task once it is its turn.
   * @param signal ends the wait, of a client that has gone
   * @throws {PlatformError} `platform.busy` if too many wait, or after `signal`
   */
  async run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    if (this.#active >= this.#running) await this.#wait(signal);
    else this.#active += 1;
    try {
      return await task();
    } finally {
      const [next] = this.#queue;
      // The place passes on to the next task, so that no newcomer takes it.
      if (next === undefined) this.#active -= 1;
      else next();
    }
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#queue.size >= this.#waiting || signal?.aborted === true) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      this.#queue.delete(enter);
      reject(busy());
    };
    const enter = (): void => {
      this.#queue.delete(enter);
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    this.#queue.add(enter);
    signal?.addEventListener('abort', leave, { once: true });
    return promise;
  }
}

function busy(): PlatformError {
  return new PlatformError('platform.busy', 'too many passwords are being checked', { retryAfter: RETRY_AFTER });
}
