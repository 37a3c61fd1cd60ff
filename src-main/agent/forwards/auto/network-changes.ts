/** Tells whoever listens that the machine is in another network, or slept. */
export class NetworkChanges {
  readonly #listeners = new Set<() => void>();

  /** @returns ends that */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
