/**
 * Runs tasks one after the other. The database has one connection: two transactions at a time would be one, and a decision about membership must not
 * change between the look and the act.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
