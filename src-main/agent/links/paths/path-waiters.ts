import { LinkError } from '#shared/link/index.ts';

type Waiter = Readonly<{ resolve(): void; reject(error: unknown): void }>;

/** Callers of `Link.ready` that wait until a session has a path. In memory only. */
export class PathWaiters {
  readonly #waiters = new Set<Waiter>();

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Waits for a path.
   * @throws {LinkError} `link.cancelled`; error given to `reject`
   */
  wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        leave();
        reject(new LinkError('link.cancelled', 'given up'));
      };
      const waiter: Waiter = {
        resolve: () => {
          leave();
          resolve();
        },
        reject: (error) => {
          leave();
          reject(error instanceof Error ? error : new LinkError('link.no-way', 'the peer cannot be reached now'));
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** Resolves all waiting callers. */
  resolve(): void {
    for (const waiter of this.#waiters) waiter.resolve();
  }

  /**
   * Rejects all waiting callers.
   * @param error undefined: `link.no-way`
   */
  reject(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
