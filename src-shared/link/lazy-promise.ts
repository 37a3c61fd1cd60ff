type Outcome<T> = Readonly<{ value: T }> | Readonly<{ error: Error }>;

/**
 * Promise that its owner settles, and that is created only when it is read, since most are never read. Used by sessions and streams. Unlike
 * `Promise.withResolvers`, a rejection that no one awaits isn't reported as unhandled. The first `resolve` or `reject` counts.
 */
export class LazyPromise<T> {
  #promise: Promise<T> | undefined;
  #settle: ((outcome: Outcome<T>) => void) | undefined;
  #outcome: Outcome<T> | undefined;

  get promise(): Promise<T> {
    this.#promise ??= this.#make();
    return this.#promise;
  }

  get settled(): boolean {
    return this.#outcome !== undefined;
  }

  resolve(value: T): void {
    this.#end({ value });
  }

  reject(error: Error): void {
    this.#end({ error });
  }

  #end(outcome: Outcome<T>): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#settle?.(outcome);
  }

  #make(): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => {
      this.#settle = (outcome) => {
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.value);
      };
      if (this.#outcome !== undefined) this.#settle(this.#outcome);
    });
    promise.catch(() => undefined);
    return promise;
  }
}

/** Returns a rejected promise that isn't reported as unhandled. */
export function rejection(failure: Error): Promise<never> {
  const settlement = new LazyPromise<never>();
  settlement.reject(failure);
  return settlement.promise;
}
