import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import {
  DirectError,
  type DialledPath,
  type DirectListening,
  type DirectSockets,
  type InterfaceAddress,
} from '#node/sockets/index.ts';
import { isDialable, parseAddress } from './dialable.ts';
import { ownAddresses } from './own-addresses.ts';
import type { IncomingPath, PathDialer } from './types.ts';

/** Default listening port. */
export const DEFAULT_DIRECT_PORT = 7473;

export type DirectTransportOptions = Readonly<{
  sockets: DirectSockets;
  /** Returns the current interfaces, which change with the network. */
  interfaces(): readonly InterfaceAddress[];
  logger: Logger;
  /** Also uses addresses of this machine: for tests, and two devices on one machine. */
  loopback?: boolean;
}>;

/** Direct TCP paths between two devices: listens, announces this device's addresses, and dials peers. */
export class DirectTransport implements PathDialer {
  /** Receives each complete message 1 of an incoming connection. Without it callers get no answer. */
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
  readonly #options: DirectTransportOptions;
  #listening: DirectListening | undefined;
  /** Beginnings and ends, one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: DirectTransportOptions) {
    this.#options = options;
  }

  /** Only this machine is dialled and listened to. */
  get isLoopback(): boolean {
    return this.#options.loopback === true;
  }

  /** Port this device listens on; undefined while it does not listen. */
  get port(): number | undefined {
    return this.#listening?.port;
  }

  /**
   * Listens, instead of where it did before. @param port 0 for any; one that is in use is replaced by any that is free
   * @returns the port it is
   * @throws {DirectError} `direct.listen`
   */
  listen(port: number = DEFAULT_DIRECT_PORT): Promise<number> {
    return this.#inTurn(async () => {
      await this.#stop();
      const loopback = this.#options.loopback === true;
      const listening = await this.#options.sockets.listen({
        port,
        loopback,
        onKnock: (knock) => this.#receive(knock),
      });
      this.#listening = listening;
      return listening.port;
    });
  }

  /** Closes the listener and every path accepted by it. Dialled paths belong to their sessions. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /**
   * Dials a peer. @param address `host:port`, IPv6 in brackets
   * @throws {DirectError} `direct.address` for one that is not `isDialable` or is this device's own; `.connection-refused`, `.unreachable`,
   *   `.timeout`, `.no-answer`, `.aborted`
   */
  async dial(address: string, message1: Uint8Array, signal: AbortSignal): Promise<DialledPath> {
    const target = parseAddress(address);
    if (target === undefined || !this.isDialable(address))
      throw new DirectError('direct.address', 'this is no address that may be dialled', { details: { address } });
    return await this.#options.sockets.dial(target, message1, signal);
  }

  /** Reports whether `dial` would try the address. */
  isDialable(address: string): boolean {
    return (
      isDialable(address, { loopback: this.#options.loopback === true }) && !this.localAddresses().includes(address)
    );
  }

  /** Returns the addresses at which others can dial this device now, best first, at most 16; empty while it does not listen. */
  localAddresses(): readonly string[] {
    const listening = this.#listening;
    if (listening === undefined) return [];
    const { port, ipv6 } = listening;
    return ownAddresses(this.#options.interfaces(), { port, ipv6, loopback: this.#options.loopback === true });
  }

  #receive(knock: Omit<IncomingPath, 'kind'>): void {
    const { onIncoming } = this;
    if (onIncoming === undefined) {
      knock.drop();
      return;
    }
    try {
      onIncoming({
        kind: 'direct',
        address: knock.address,
        message1: knock.message1,
        accept: (message2) => knock.accept(message2),
        drop: () => knock.drop(),
      });
    } catch (error) {
      knock.drop();
      this.#options.logger.error('an incoming path could not be taken', { error: errorMessage(error) });
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
