import {
  DirectError,
  type DialedPath,
  type DirectListening,
  type DirectSockets,
  type InterfaceAddress,
} from '#shared/direct/index.ts';
import { isDirectClaim } from '#shared/pairing/index.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { isDialable, parseAddress } from './dialable.ts';
import { ownAddresses } from './own-addresses.ts';
import type { IncomingPath, PathDialer } from './types.ts';

/** Default port for direct connections. */
export const DEFAULT_DIRECT_PORT = 7473;

/** Sockets and interfaces of the machine. */
export type DirectTransportOptions = Readonly<{
  sockets: DirectSockets;
  /** Returns the current network interfaces. */
  interfaces(): readonly InterfaceAddress[];
  logger: Logger;
  /** Also uses addresses of this machine, for tests and for two devices on one machine. */
  loopback?: boolean;
}>;

/**
 * Direct TCP paths between two devices. Listens for peers, knows this device's addresses, and dials peers over the injected sockets. Created with the
 * agent. Links dial through it; `DirectListenerControl` decides when it listens.
 */
export class DirectTransport implements PathDialer {
  /** Receives each complete message 1 of an incoming connection. If undefined, callers get no answer. */
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
  /** Receives each first message that claims an invitation. If undefined, it gets no answer. */
  onClaim: ((incoming: IncomingPath) => void) | undefined;
  readonly #options: DirectTransportOptions;
  #listening: DirectListening | undefined;
  /** End of the last `listen` or `close`. They run one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: DirectTransportOptions) {
    this.#options = options;
  }

  /** Reports whether only addresses of this machine are dialed and listened on. */
  get isLoopback(): boolean {
    return this.#options.loopback === true;
  }

  /** Port on which this device listens; undefined if it doesn't. */
  get port(): number | undefined {
    return this.#listening?.port;
  }

  /**
   * Listens on a port, and closes the listener of an earlier call.
   * @param port 0 for any; if it is in use, any free port is taken
   * @returns the port on which this device listens
   * @throws {DirectError} `direct.listen`
   */
  listen(port: number = DEFAULT_DIRECT_PORT): Promise<number> {
    return this.#inTurn(async () => {
      await this.#stop();
      const loopback = this.#options.loopback === true;
      const listening = await this.#options.sockets.listen({
        port,
        loopback,
        onHandshake: (incoming) => this.#receive(incoming),
      });
      this.#listening = listening;
      return listening.port;
    });
  }

  /** Closes the listener and every path that it accepted. Dialed paths belong to their sessions. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /**
   * Dials a peer.
   * @param address `host:port`, IPv6 in brackets
   * @throws {DirectError} `direct.address` for an address that isn't dialable or is this device's own; `direct.connection-refused`, `.unreachable`,
   * `.timeout`, `.no-answer`, `.aborted`
   */
  async dial(address: string, message1: Uint8Array, signal: AbortSignal): Promise<DialedPath> {
    const target = parseAddress(address);
    if (target === undefined || !this.isDialable(address))
      throw new DirectError('direct.address', 'this is no address that may be dialed', { details: { address } });
    return await this.#options.sockets.dial(target, message1, signal);
  }

  /** Measures the round trip to an address that may be dialed, ms; undefined if nothing answers there. Sends nothing. */
  async measure(address: string): Promise<number | undefined> {
    const target = parseAddress(address);
    return target === undefined || !this.isDialable(address)
      ? undefined
      : await this.#options.sockets.measure?.(target);
  }

  /** Reports whether `dial` would dial the address. */
  isDialable(address: string): boolean {
    return (
      isDialable(address, { loopback: this.#options.loopback === true }) && !this.localAddresses().includes(address)
    );
  }

  /** Returns the addresses at which peers can dial this device now, best first, at most 16; empty if it doesn't listen. */
  localAddresses(): readonly string[] {
    const listening = this.#listening;
    if (listening === undefined) return [];
    const { port, ipv6 } = listening;
    return ownAddresses(this.#options.interfaces(), { port, ipv6, loopback: this.#options.loopback === true });
  }

  #receive(incoming: Omit<IncomingPath, 'kind'>): void {
    const receive = isDirectClaim(incoming.message1) ? this.onClaim : this.onIncoming;
    if (receive === undefined) {
      incoming.drop();
      return;
    }
    try {
      receive({
        kind: 'direct',
        address: incoming.address,
        message1: incoming.message1,
        accept: (message2) => incoming.accept(message2),
        drop: () => incoming.drop(),
      });
    } catch (error) {
      incoming.drop();
      this.#options.logger.error('an incoming path could not be accepted', { error: errorMessage(error) });
    }
  }

  async #stop(): Promise<void> {
    const listening = this.#listening;
    this.#listening = undefined;
    await listening?.close();
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }
}
