import type { Socket } from 'node:net';
import { addressGroup } from '#shared/forward/index.ts';
import { normalizedAddress } from './client-address.ts';

/** Limits of unauthenticated sockets, in total and for one address. */
export type PendingSocketLimits = Readonly<{ unauthenticated: number; unauthenticatedPerAddress: number }>;

/**
 * Limits unauthenticated sockets in total and per address, from the first TCP packet on, which bounds floods. A socket is identified by its remote
 * address and port, so that a socket and its TLS stream count as one. Created by `startRelay`; touches memory only.
 */
export class PendingSocketLimit {
  readonly #limits: PendingSocketLimits;
  /** Reports whether an address is a proxy, whose clients are counted by their forwarded addresses instead. */
  readonly #isProxy: (address: string) => boolean;
  readonly #groups = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(limits: PendingSocketLimits, isProxy: (address: string) => boolean) {
    this.#limits = limits;
    this.#isProxy = isProxy;
  }

  /** Number of unauthenticated sockets. */
  get size(): number {
    return this.#groups.size;
  }

  /** Counts a new TCP connection. Returns false if it must be dropped. */
  enter(socket: Socket): boolean {
    const key = keyOf(socket);
    if (key === undefined || this.#groups.size >= this.#limits.unauthenticated) return false;
    const address = normalizedAddress(socket.remoteAddress ?? '');
    if (!this.#count(key, this.#isProxy(address) ? '' : addressGroup(address))) return false;
    socket.once('close', () => this.#release(key));
    return true;
  }

  /** Counts a proxy's socket for the client `address` that the proxy reported. Returns false if that address has too many. */
  identify(socket: Socket, address: string): boolean {
    const key = keyOf(socket);
    if (key === undefined || this.#groups.get(key) !== '') return true;
    this.#release(key);
    return this.#count(key, addressGroup(address));
  }

  /** Ends what `identify` began, once a request is answered: a proxy's next request on the socket may be another client's. */
  forget(socket: Socket): void {
    const key = keyOf(socket);
    if (key === undefined || (this.#groups.get(key) ?? '') === '') return;
    if (!this.#isProxy(normalizedAddress(socket.remoteAddress ?? ''))) return;
    this.#release(key);
    this.#count(key, '');
  }

  /** Stops counting a socket that is authenticated or closed. Idempotent. */
  leave(socket: Socket): void {
    const key = keyOf(socket);
    if (key !== undefined) this.#release(key);
  }

  #count(key: string, group: string): boolean {
    const count = (this.#counts.get(group) ?? 0) + 1;
    if (group !== '' && count > this.#limits.unauthenticatedPerAddress) return false;
    this.#counts.set(group, count);
    this.#groups.set(key, group);
    return true;
  }

  #release(key: string): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#groups.delete(key);
    const count = (this.#counts.get(group) ?? 1) - 1;
    if (count > 0) this.#counts.set(group, count);
    else this.#counts.delete(group);
  }
}

function keyOf(socket: Socket): string | undefined {
  return socket.remotePort === undefined ? undefined : `${socket.remoteAddress ?? ''}|${socket.remotePort}`;
}
