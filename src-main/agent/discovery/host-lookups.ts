import { readHostAddresses } from '#node/discovery/index.ts';

/** Most packets that are read for one lookup. Others of the network are then no longer listened to. */
const MOST_PACKETS = 64;

type Waiting = { readonly host: string; readonly found: (addresses: readonly string[]) => void; packets: number };

/**
 * Lookups of `NAME.local` by multicast DNS, for a name that a person has typed. `DiscoveryService` sends the questions and passes on what it hears.
 * Anyone in the network can answer for any name, so an address proves nothing.
 */
export class HostLookups {
  readonly #waiting = new Set<Waiting>();

  /** Waits for an answer. @returns no addresses if the signal aborts first */
  wait(host: string, signal: AbortSignal): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const settle = (addresses: readonly string[]): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', stop);
        resolve(addresses);
      };
      const stop = (): void => settle([]);
      const waiting: Waiting = { host, found: settle, packets: 0 };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      else this.#waiting.add(waiting);
    });
  }

  /** Reads a packet of a neighbour. */
  receive(packet: Uint8Array): void {
    for (const waiting of this.#waiting) {
      waiting.packets += 1;
      const addresses = waiting.packets > MOST_PACKETS ? [] : readHostAddresses(packet, waiting.host);
      if (addresses.length > 0) waiting.found(addresses);
    }
  }
}
