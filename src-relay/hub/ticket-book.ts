import { toBase64Url } from '#shared/bytes/index.ts';
import { LINK_TICKET_BYTES } from '#shared/relay-api/index.ts';
import { ExpiryQueue } from '../limits/index.ts';

/**
 * Tickets that attach data connections: 32 random bytes for one side of one connection, valid once and for a limited time. `PeerConnections` issues
 * and redeems them. The relay fixes that side when it issues the ticket, so that no client can join two different connections. Touches memory only.
 */
export class TicketBook<Side> {
  readonly #random: (length: number) => Uint8Array;
  readonly #life: ExpiryQueue<string>;
  readonly #lifetime: number;
  readonly #entries = new Map<string, Readonly<{ side: Side; until: number }>>();

  /**
   * @param random returns random bytes
   * @param lifetime ms
   */
  constructor(random: (length: number) => Uint8Array, lifetime: number) {
    this.#random = random;
    this.#lifetime = lifetime;
    this.#life = new ExpiryQueue(lifetime);
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Issues a ticket for a side of a connection.
   * @param now monotonic, ms
   * @returns base64url, to be sent on the control connection of that side's device
   */
  issue(side: Side, now: number): string {
    const ticket = toBase64Url(this.#random(LINK_TICKET_BYTES));
    this.#entries.set(ticket, { side, until: now + this.#lifetime });
    this.#life.add(ticket, now);
    return ticket;
  }

  /** Redeems a ticket once; returns undefined if the ticket was used, expired, revoked or never issued. */
  redeem(ticket: Uint8Array, now: number): Side | undefined {
    const text = toBase64Url(ticket);
    const entry = this.#entries.get(text);
    this.void(text);
    return entry === undefined || entry.until <= now ? undefined : entry.side;
  }

  /** Revokes a ticket. */
  void(ticket: string): void {
    this.#entries.delete(ticket);
    this.#life.delete(ticket);
  }

  /**
   * Drops expired tickets.
   * @param now monotonic, ms
   */
  sweep(now: number): void {
    for (const ticket of this.#life.takeExpired(now)) this.#entries.delete(ticket);
  }
}
