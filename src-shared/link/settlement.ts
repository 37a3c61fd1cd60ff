/** A promise settled from outside. A rejection nobody listens to is not an accident of the process: who waits hears of it. */
export class Settlement<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  #settled = false;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => undefined);
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(value: T): void {
    this.#settled = true;
    this.#resolve(value);
  }

  reject(error: Error): void {
    this.#settled = true;
    this.#reject(error);
  }
}

/** A rejected promise that need not be listened to. */
export function rejection(failure: Error): Promise<never> {
  const settlement = new Settlement<never>();
  settlement.reject(failure);
  return settlement.promise;
}
