import { LinkError } from '#shared/link/index.ts';

type Waiter = Readonly<{ resolve(): void; reject(error: unknown): void }>;

/** Whoever waits until a session has a path. */
export class PathWaiters {
  readonly #waiters = new Set<Waiter>();

  get size(): number {
    return this.#waiters.size;
  }

  /** @throws {LinkError} `link.cancelled`; what `reject` is told */
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
          reject(error instanceof Error ? error : new LinkError('link.no-way', 'there is no way to the peer now'));
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** There is a path. */
  resolve(): void {
    for (const waiter of this.#waiters) waiter.resolve();
  }

  /** None is to be had. @param error undefined where nobody has said why: `link.no-way` */
  reject(error: unknown): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
