/**
 * TCP and UDP ports of this machine that are ClawReach's own: where its listeners, windows and relays are. No peer reaches them through
 * this device, whatever it may reach otherwise.
 */
export class ReservedPorts {
  readonly #claims = new Map<number, number>();
  readonly #sources = new Set<() => readonly number[]>();

  /** @returns gives it back */
  claim(port: number): () => void {
    this.#claims.set(port, (this.#claims.get(port) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#claims.get(port) ?? 0) - 1;
      if (left > 0) this.#claims.set(port, left);
      else this.#claims.delete(port);
    };
  }

  /** Ports that somebody else keeps the books of; asked at each check. */
  watch(source: () => readonly number[]): () => void {
    this.#sources.add(source);
    return () => void this.#sources.delete(source);
  }

  has(port: number): boolean {
    return this.#claims.has(port) || [...this.#sources].some((source) => source().includes(port));
  }
}
