import { createServer, type Server, type Socket } from 'node:net';
import {
  formatAddress,
  DirectError,
  type IncomingDirectHandshake,
  type DirectListening,
  type DirectListenOptions,
} from '#shared/direct/index.ts';
import { addressGroup } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { plainHost } from './direct-address.ts';
import { AddressBudget } from './direct-budget.ts';
import { HalfOpen } from './direct-half-open.ts';

/** Limits of a direct listener (docs/LIMITS.md, "Direct listener"). */
export type DirectListenerLimits = Readonly<{
  /** Limit of connections not accepted yet, in total. */
  halfOpen: number;
  /** Limit of connections not accepted yet, for one address (IPv6: one /64). */
  halfOpenPerAddress: number;
  /** Time limit from the connection to its acceptance, ms. */
  timeout: number;
}>;

/** Default limits. */
export const DIRECT_LISTENER_LIMITS: DirectListenerLimits = { halfOpen: 64, halfOpenPerAddress: 8, timeout: 5000 };

/** System error codes for a port that can't be opened while another one may. */
const PORT_TAKEN: ReadonlySet<string> = new Set(['EADDRINUSE', 'EACCES']);
/** System error codes for a machine without IPv6. */
const NO_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPROTONOSUPPORT']);

/** Factor by which the limit may be exceeded during one turn of the event loop, in which a system may deliver many connections at once. */
const BURST = 16;

type ListenerOptions = Omit<DirectListenOptions, 'port'> &
  Readonly<{ clock: Clock; limits?: Partial<DirectListenerLimits> | undefined }>;

/**
 * TCP listener for direct paths of peers. Answers no connection before its owner, the agent's direct transport, has checked the connection's message
 * 1.
 */
export class DirectListener implements DirectListening {
  readonly #options: ListenerOptions;
  readonly #limits: DirectListenerLimits;
  readonly #server: Server;
  /** Connections not accepted yet, oldest first. */
  readonly #halfOpen = new Set<HalfOpen>();
  readonly #accepted = new Set<Socket>();
  readonly #budget: AddressBudget;
  #port = 0;
  #ipv6 = false;
  #trimming = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#limits = { ...DIRECT_LISTENER_LIMITS, ...options.limits };
    this.#budget = new AddressBudget(options.clock);
    this.#server = createServer((socket) => this.#receive(socket));
  }

  get port(): number {
    return this.#port;
  }

  get ipv6(): boolean {
    return this.#ipv6;
  }

  /** Number of connections not accepted yet. */
  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  /**
   * Opens the port; if it is taken, any free port.
   * @throws {DirectError} `direct.listen`
   */
  async listen(port: number): Promise<void> {
    try {
      await this.#bind(port).catch(async (error: unknown) => {
        if (port === 0 || !PORT_TAKEN.has(systemCode(error) ?? 'none')) throw error;
        await this.#bind(0);
      });
    } catch (error) {
      throw new DirectError('direct.listen', `cannot listen: ${errorMessage(error)}`, {
        cause: error,
        details: { system: systemCode(error) ?? 'none', port },
      });
    }
    // A listener that breaks later accepts no more connections; accepted ones continue.
    this.#server.on('error', () => undefined);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const waiting of this.#halfOpen) waiting.destroy();
    for (const socket of this.#accepted) socket.destroy();
    await closed;
  }

  async #bind(port: number): Promise<void> {
    if (this.#options.loopback) {
      await this.#listenAt({ host: '127.0.0.1', port });
      return;
    }
    try {
      // Accepts IPv4, too: Node requests that regardless of the system's default.
      await this.#listenAt({ host: '::', port, ipv6Only: false });
      this.#ipv6 = true;
    } catch (error) {
      if (!NO_IPV6.has(systemCode(error) ?? 'none')) throw error;
      await this.#listenAt({ host: '0.0.0.0', port });
    }
  }

  #listenAt(options: Readonly<{ host: string; port: number; ipv6Only?: boolean }>): Promise<void> {
    const server = this.#server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...options, exclusive: true }, () => {
        server.off('error', reject);
        const address = server.address();
        if (address !== null && typeof address !== 'string') this.#port = address.port;
        resolve();
      });
    });
  }

  #receive(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // The other side has already closed the connection.
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    if (this.#halfOpen.size >= this.#limits.halfOpen * BURST) {
      socket.resetAndDestroy();
      return;
    }
    const host = plainHost(remoteAddress);
    const address = formatAddress({ host, port: remotePort });
    const halfOpen: HalfOpen = new HalfOpen(socket, {
      clock: this.#options.clock,
      timeout: this.#limits.timeout,
      group: addressGroup(host),
      onMessage: (message1) => this.#check(halfOpen, address, message1),
      onOver: (accepted) => {
        this.#halfOpen.delete(halfOpen);
        if (accepted !== undefined) this.#track(accepted);
      },
    });
    this.#halfOpen.add(halfOpen);
    this.#trimSoon();
  }

  #check(halfOpen: HalfOpen, address: string, message1: Uint8Array): void {
    const checking = Array.from(this.#halfOpen).filter((waiting) => waiting.state === 'checking').length;
    if (checking > this.#limits.halfOpen || !this.#budget.take(halfOpen.group)) halfOpen.drop();
    else this.#options.onHandshake(incomingHandshake(halfOpen, address, message1));
  }

  #track(socket: Socket): void {
    this.#accepted.add(socket);
    socket.once('close', () => this.#accepted.delete(socket));
  }

  /**
   * Enforces the limits in the next turn of the event loop. A dialer sends first, so its message 1 has arrived by then, and connections with a
   * complete message survive a flood.
   */
  #trimSoon(): void {
    if (this.#trimming || this.#halfOpen.size <= this.#limits.halfOpenPerAddress) return;
    this.#trimming = true;
    setImmediate(() => {
      const known = new Set(this.#halfOpen);
      setImmediate(() => {
        this.#trimming = false;
        this.#trim(known);
        if (this.#halfOpen.size > this.#limits.halfOpen) this.#trimSoon();
      });
    });
  }

  /**
   * Enforces the limits.
   * @param known connections that have had a turn of the event loop to send their message
   */
  #trim(known: ReadonlySet<HalfOpen>): void {
    const groups = new Map<string, HalfOpen[]>();
    for (const waiting of this.#halfOpen) {
      const group = groups.get(waiting.group);
      if (group === undefined) groups.set(waiting.group, [waiting]);
      else group.push(waiting);
    }
    for (const group of groups.values()) endExcess(group, this.#limits.halfOpenPerAddress, known);
    endExcess(Array.from(this.#halfOpen), this.#limits.halfOpen, known);
  }
}

/**
 * Closes connections above the limit: first dropped ones, which are open but never answered, then those without a complete message, the oldest of
 * each first. Closes only connections in `known`; those whose message is being checked stay.
 */
function endExcess(connections: readonly HalfOpen[], limit: number, known: ReadonlySet<HalfOpen>): void {
  const excess = connections.length - limit;
  if (excess <= 0) return;
  const inState = (state: string): HalfOpen[] =>
    connections.filter((waiting) => waiting.state === state && known.has(waiting));
  for (const victim of [...inState('silent'), ...inState('reading')].slice(0, excess)) victim.destroy();
}

function incomingHandshake(halfOpen: HalfOpen, address: string, message1: Uint8Array): IncomingDirectHandshake {
  return {
    address,
    message1,
    accept: (message2) => halfOpen.accept(message2),
    drop: () => halfOpen.drop(),
  };
}
