import type { Socket } from 'node:net';
import { addressGroup, plainAddress } from './address.ts';

export type GateLimits = Readonly<{ unauthenticated: number; unauthenticatedPerAddress: number }>;

/**
 * Counts the sockets that have not proven anything yet, in total and by address, from the first TCP packet on: half-open ones are what a flood
 * is made of. Keyed by the remote end, so that a socket and the TLS stream on top of it are one.
 */
export class PendingSocketLimit {
  readonly #limits: GateLimits;
  /** Proxies that carry many clients on one address are counted by what they forward instead. */
  readonly #isProxy: (address: string) => boolean;
  readonly #groups = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(limits: GateLimits, isProxy: (address: string) => boolean) {
    this.#limits = limits;
    this.#isProxy = isProxy;
  }

  /** Sockets that have not proven anything. */
  get size(): number {
    return this.#groups.size;
  }

  /** Called with a new TCP connection. False: drop it. */
  enter(socket: Socket): boolean {
    const key = keyOf(socket);
    if (key === undefined || this.#groups.size >= this.#limits.unauthenticated) return false;
    const address = plainAddress(socket.remoteAddress ?? '');
    if (!this.#count(key, this.#isProxy(address) ? '' : addressGroup(address))) return false;
    socket.once('close', () => this.#release(key));
    return true;
  }

  /** The client turned out to be `address` (a proxy said so). False: too many of that one. */
  identify(socket: Socket, address: string): boolean {
    const key = keyOf(socket);
    if (key === undefined || this.#groups.get(key) !== '') return true;
    this.#release(key);
    return this.#count(key, addressGroup(address));
  }

  /** The socket has proven itself, or is gone. Idempotent. */
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
