/** Gate at which the work of a transfer waits while it is paused. */
export class Gate {
  #closed: PromiseWithResolvers<void> | undefined;

  get isOpen(): boolean {
    return this.#closed === undefined;
  }

  close(): void {
    this.#closed ??= Promise.withResolvers<void>();
  }

  open(): void {
    this.#closed?.resolve();
    this.#closed = undefined;
  }

  /** Resolves when the gate is open, or when the signal is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.#closed !== undefined && !signal.aborted) {
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      const abort = (): void => resolve();
      signal.addEventListener('abort', abort, { once: true });
      await Promise.race([this.#closed.promise, aborted]);
      signal.removeEventListener('abort', abort);
    }
  }
}
