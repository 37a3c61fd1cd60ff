/**
 * Runs the asynchronous tasks of `Store` one after the other. The database has one connection, on which concurrent transactions would merge, and a
 * membership must not change between its check and its use.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
