/**
 * Event source in memory: `createForwards` notifies it when the machine's network changes or the machine wakes from sleep; automatic proxies then
 * probe their upstreams.
 */
export class NetworkChanges {
  readonly #listeners = new Set<() => void>();

  /** Adds a listener. @returns a function that removes it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls all listeners. */
  notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
