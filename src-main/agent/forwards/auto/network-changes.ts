/** Event source: the machine is in another network, or woke up from sleep. Automatic proxies then check their upstreams. */
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
