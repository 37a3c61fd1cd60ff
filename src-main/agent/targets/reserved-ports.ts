/**
 * List in memory of the TCP and UDP ports of this machine that ClawReach itself listens on: of forwards except folders, ports opened for peers, the
 * direct transport, `clawreach ui`, and the relay in use if it runs here. No peer reaches them at this machine's addresses through this device, or
 * listens on them, whatever its rights. Created by the forwards module, which adds the ports of its forwards, of the direct transport and of the
 * relay; `PeerListener` and the handler `targets.protect` add theirs. `PeerTargets` and `PeerListener` check it.
 */
export class ReservedPorts {
  readonly #claims = new Map<number, number>();
  readonly #sources = new Set<() => readonly number[]>();

  /** Reserves a port. @returns a function that releases it */
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

  /**
   * Adds a function that lists further reserved ports; called at each check.
   * @returns a function that removes it
   */
  watch(source: () => readonly number[]): () => void {
    this.#sources.add(source);
    return () => void this.#sources.delete(source);
  }

  /** Reports whether a port is reserved. */
  has(port: number): boolean {
    return this.#claims.has(port) || [...this.#sources].some((source) => source().includes(port));
  }
}
