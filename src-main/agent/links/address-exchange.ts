import type { Clock } from '#shared/clock.ts';
import type { LinkSession } from '#shared/link/index.ts';

/**
 * Announcements of a peer's addresses that cause a dial at once, per `NEWS_WINDOW` ms; later ones wait for the next
 * scheduled dial.
 */
const MOST_NEWS = 4;
const NEWS_WINDOW = 60_000;

/** Addresses that the two ends of a session announce to each other as dialable. One per link. */
export class AddressExchange {
  readonly #clock: Clock;
  readonly #session: Pick<LinkSession, 'sendCandidates'>;
  #addresses: readonly string[] = [];
  /** True while the peer knows at least one address of this device. */
  #told = false;
  /** Times at which announcements caused a dial, monotonic. */
  #news: number[] = [];

  constructor(clock: Clock, session: Pick<LinkSession, 'sendCandidates'>) {
    this.#clock = clock;
    this.#session = session;
  }

  /** Addresses announced by the peer; unverified. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /**
   * Takes the peer's announced addresses.
   * @returns true when they may be dialled at once: at most four times a minute, or the peer could make this device
   *   dial without pause
   */
  take(addresses: readonly string[]): boolean {
    this.#addresses = addresses;
    return this.takeNews();
  }

  /**
   * Counts an announcement that came another way.
   * @returns as `take`
   */
  takeNews(): boolean {
    const now = this.#clock.monotonic();
    this.#news = this.#news.filter((at) => at > now - NEWS_WINDOW);
    if (this.#news.length >= MOST_NEWS) return false;
    this.#news.push(now);
    return true;
  }

  /** Announces this device's addresses to the peer; an empty list is sent only to withdraw earlier ones. */
  tell(addresses: readonly string[]): void {
    if (addresses.length === 0 && !this.#told) return;
    this.#told = addresses.length > 0;
    this.#session.sendCandidates(addresses);
  }
}
