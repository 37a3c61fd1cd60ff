import type { Clock } from '#shared/clock.ts';
import type { LinkSession } from '#shared/link/index.ts';

/** News of a peer's addresses that are tried at once, within so many ms; later ones wait for the next try. */
const MOST_NEWS = 4;
const NEWS_WINDOW = 60_000;

/** What the two ends of a session tell each other of where they can be dialled. */
export class AddressExchange {
  readonly #clock: Clock;
  readonly #session: Pick<LinkSession, 'sendCandidates'>;
  #addresses: readonly string[] = [];
  /** The peer knows of an address of this device. */
  #told = false;
  /** When the peer's news of its addresses were reason for a try, monotonic. */
  #news: number[] = [];

  constructor(clock: Clock, session: Pick<LinkSession, 'sendCandidates'>) {
    this.#clock = clock;
    this.#session = session;
  }

  /** Where the peer says that it can be dialled; nothing of it is proved. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /**
   * The peer tells where it can be dialled. @returns whether that is reason to try at once: not more than four times in a minute, or it could
   * have somebody dialled without a pause
   */
  take(addresses: readonly string[]): boolean {
    this.#addresses = addresses;
    return this.takeNews();
  }

  /** There is news of where the peer can be dialled. @returns as `take` */
  takeNews(): boolean {
    const now = this.#clock.monotonic();
    this.#news = this.#news.filter((at) => at > now - NEWS_WINDOW);
    if (this.#news.length >= MOST_NEWS) return false;
    this.#news.push(now);
    return true;
  }

  /** Tells the peer where this device can be dialled; nothing where it never could. */
  tell(addresses: readonly string[]): void {
    if (addresses.length === 0 && !this.#told) return;
    this.#told = addresses.length > 0;
    this.#session.sendCandidates(addresses);
  }
}
