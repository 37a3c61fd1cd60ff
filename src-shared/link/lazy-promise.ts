type Outcome<T> = Readonly<{ value: T }> | Readonly<{ error: Error }>;

/**
 * A promise settled from outside and created only when read, since most are never read. Unlike `Promise.withResolvers`,
 * a rejection that no one awaits is not reported as unhandled.
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

/** A rejected promise that need not be listened to. */
export function rejection(failure: Error): Promise<never> {
  const settlement = new LazyPromise<never>();
  settlement.reject(failure);
  return settlement.promise;
}
