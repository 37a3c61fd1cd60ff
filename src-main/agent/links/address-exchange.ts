import type { Clock } from '#shared/clock.ts';
import type { LinkSession } from '#shared/link/index.ts';

/** Most announcements of a peer's addresses that cause a dial at once, per `DIAL_WINDOW` ms. Later ones wait for the next scheduled dial. */
const MOST_DIALS = 4;
const DIAL_WINDOW = 60_000;

/**
 * Direct addresses that the two ends of a link announce to each other. `Link` creates one and sends with it frames CANDIDATES on its session. Keeps
 * the peer's addresses in memory.
 */
export class AddressExchange {
  readonly #clock: Clock;
  readonly #session: Pick<LinkSession, 'sendCandidates'>;
  #addresses: readonly string[] = [];
  /** True while the peer knows at least one address of this device. */
  #announced = false;
  /** Times at which announcements caused a dial, monotonic, ms. */
  #dials: number[] = [];

  constructor(clock: Clock, session: Pick<LinkSession, 'sendCandidates'>) {
    this.#clock = clock;
    this.#session = session;
  }

  /** Addresses that the peer has announced; unverified. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /**
   * Stores the addresses that the peer announces.
   * @returns true if they may be dialed at once: at most four times a minute, since the peer could otherwise make this device dial without pause
   */
  receive(addresses: readonly string[]): boolean {
    this.#addresses = addresses;
    return this.countAnnouncement();
  }

  /**
   * Counts an announcement that arrived outside of the session, in the local network.
   * @returns true if the addresses may be dialed at once, as for `receive`
   */
  countAnnouncement(): boolean {
    const now = this.#clock.monotonic();
    this.#dials = this.#dials.filter((at) => at > now - DIAL_WINDOW);
    if (this.#dials.length >= MOST_DIALS) return false;
    this.#dials.push(now);
    return true;
  }

  /** Announces this device's addresses to the peer. An empty list is sent only to withdraw earlier addresses. */
  announce(addresses: readonly string[]): void {
    if (addresses.length === 0 && !this.#announced) return;
    this.#announced = addresses.length > 0;
    this.#session.sendCandidates(addresses);
  }
}
