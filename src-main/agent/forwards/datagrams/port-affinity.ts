import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { DATAGRAM_LIMITS } from './limits.ts';

type Former = Readonly<{ port: number; until: number }>;

/**
 * Local ports of ended associations, reserved in memory for their successors: the target then sees the same sender as before, and WireGuard does not
 * take its peer for one that moved. Reserves 64 ports per peer at most, for ten minutes. Used by `AssociationServer`.
 */
export class PortAffinity {
  readonly #clock: Clock;
  /** Reserved ports by peer and token of the association; the oldest first. */
  readonly #ports = new Map<PeerId, Map<string, Former>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Reserves the port of an ended association.
   * @param token secret that the peer chose for the association and its successors
   */
  reserve(peerId: PeerId, token: string, port: number): void {
    const ports = this.#ports.get(peerId) ?? new Map<string, Former>();
    this.#ports.set(peerId, ports);
    ports.delete(token);
    ports.set(token, { port, until: this.#clock.monotonic() + DATAGRAM_LIMITS.portFor });
    for (const oldest of ports.keys()) {
      if (ports.size <= DATAGRAM_LIMITS.portsPerPeer) break;
      ports.delete(oldest);
    }
  }

  /** Returns the port reserved for a token and ends the reservation; 0 if there is none. */
  take(peerId: PeerId, token: string | undefined): number {
    const ports = this.#ports.get(peerId);
    const former = token === undefined ? undefined : ports?.get(token);
    if (token === undefined || former === undefined) return 0;
    ports?.delete(token);
    if (ports?.size === 0) this.#ports.delete(peerId);
    return former.until < this.#clock.monotonic() ? 0 : former.port;
  }
}
