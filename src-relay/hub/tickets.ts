import { toBase64Url } from '#shared/bytes/index.ts';
import { LINK_TICKET_BYTES } from '#shared/relay-api/index.ts';
import { ExpiryQueue } from '../limits/index.ts';

/**
 * Tickets of data connections: 32 random bytes that stand for one place of one connection. Each is good for one showing, within its life; what it stands
 * for is decided when it is made, so that nothing a client says can join two different connections.
 */
export class TicketBook<Place> {
  readonly #random: (length: number) => Uint8Array;
  readonly #life: ExpiryQueue<string>;
  readonly #lifetime: number;
  readonly #places = new Map<string, Readonly<{ place: Place; until: number }>>();

  /** @param lifetime ms */
  constructor(random: (length: number) => Uint8Array, lifetime: number) {
    this.#random = random;
    this.#lifetime = lifetime;
    this.#life = new ExpiryQueue(lifetime);
  }

  get size(): number {
    return this.#places.size;
  }

  /** @returns base64url, for the control connection of whom the place belongs to */
  issue(place: Place, now: number): string {
    const ticket = toBase64Url(this.#random(LINK_TICKET_BYTES));
    this.#places.set(ticket, { place, until: now + this.#lifetime });
    this.#life.add(ticket, now);
    return ticket;
  }

  /** The place, once; undefined for a ticket that was used, has run out, was voided, or never existed. */
  redeem(ticket: Uint8Array, now: number): Place | undefined {
    const text = toBase64Url(ticket);
    const entry = this.#places.get(text);
    this.void(text);
    return entry === undefined || entry.until <= now ? undefined : entry.place;
  }

  void(ticket: string): void {
    this.#places.delete(ticket);
    this.#life.delete(ticket);
  }

  sweep(now: number): void {
    for (const ticket of this.#life.takeExpired(now)) this.#places.delete(ticket);
  }
}
