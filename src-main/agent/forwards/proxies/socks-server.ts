import type { Socket } from 'node:net';
import type { Clock } from '#shared/clock.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { ForwardError, hostText } from '#shared/forward/index.ts';
import type { ForwardConnector, RuleConnections } from '../rules/index.ts';
import type { ActiveConnections } from './active-connections.ts';
import { errorReply } from './replies.ts';
import { sourceOf } from './rule-port.ts';
import { SocksHandshake, type CheckLogin, type SocksTarget } from './socks-handshake.ts';
import { REPLIES, requestReply } from './socks-messages.ts';
import type { UdpAssociations } from './udp-associations.ts';

export const SOCKS_LIMITS = {
  /** From the first byte to the request, ms. */
  handshake: 10_000,
  /** Bytes a client may send before it knows that it is connected. */
  early: 64 * 1024,
  /** Longest time for a refused client to read its answer, ms. */
  farewell: 2000,
} as const;

export type SocksServerOptions = Readonly<{
  clock: Clock;
  connector: ForwardConnector;
  connections: RuleConnections;
  carried: ActiveConnections;
  /** Undefined: nobody has to log in. */
  check: CheckLogin | undefined;
  /** Undefined: UDP ASSOCIATE is refused. */
  udp: UdpAssociations | undefined;
  /** The socket belongs to the carrier from now on. */
  letGo(socket: Socket): void;
}>;

/** Serves SOCKS 5 on connections that somebody else has accepted. */
export class SocksServer {
  readonly #options: SocksServerOptions;

  constructor(options: SocksServerOptions) {
    this.#options = options;
  }

  /**
   * Owns the socket, which may be half open and has a listener for errors. Never rejects.
   * @param head bytes that were read from it already
   */
  async serve(socket: Socket, head?: Uint8Array): Promise<void> {
    const leave = this.#options.connector.enter();
    if (leave === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const asked = await this.#handshake(socket, head);
    leave();
    if (asked === undefined) return;
    if (asked.wish.command === 'connect') await this.#connect(socket, asked.wish, asked.early);
    else await this.#associate(socket, asked.wish);
  }

  /** Reads until the wish is known. Undefined: it was refused, or the client has gone. */
  #handshake(
    socket: Socket,
    head: Uint8Array | undefined,
  ): Promise<Readonly<{ wish: SocksTarget; early: Early }> | undefined> {
    const machine = new SocksHandshake(this.#options.check);
    return new Promise((resolve) => {
      const settle = (result: Readonly<{ wish: SocksTarget; early: Early }> | undefined): void => {
        timer.cancel();
        socket.off('data', take);
        socket.off('end', gone);
        socket.off('close', gone);
        resolve(result);
      };
      const gone = (): void => {
        socket.destroy();
        settle(undefined);
      };
      const take = (bytes: Uint8Array): void => {
        const { send, outcome, rest } = machine.push(bytes);
        if (outcome === 'more') {
          if (send.length > 0) socket.write(send);
          return;
        }
        if (outcome === 'refused') {
          settle(undefined);
          this.#refuse(socket, send);
          return;
        }
        if (send.length > 0) socket.write(send);
        const early = new Early(socket, rest);
        settle({ wish: outcome, early });
      };
      const timer = this.#options.clock.setTimer(SOCKS_LIMITS.handshake, gone);
      socket.once('end', gone);
      socket.once('close', gone);
      socket.on('data', take);
      if (head !== undefined && head.length > 0) take(head);
      if (socket.destroyed) gone();
      else socket.resume();
    });
  }

  async #connect(socket: Socket, { host, port }: SocksTarget, early: Early): Promise<void> {
    const { connector, carried, letGo } = this.#options;
    try {
      if (!hostText.safeParse(host).success) throw new ForwardError('forward.name', 'no name has such characters');
      const connected = await connector.connect({ host, port }, sourceOf(socket), early.gone);
      // Until it is out, the connection cannot be handed on; who does not read it is found out by the carrier.
      await new Promise((resolve) => {
        socket.write(requestReply(REPLIES.succeeded), resolve);
      });
      letGo(socket);
      carried.add(connected, socket, early.finish());
    } catch (error) {
      early.finish();
      this.#refuse(socket, requestReply(errorReply(error).socks));
    }
  }

  async #associate(socket: Socket, { host, port }: SocksTarget): Promise<void> {
    const { udp, connections, connector } = this.#options;
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    if (
      udp === undefined ||
      localAddress === undefined ||
      localPort === undefined ||
      remoteAddress === undefined ||
      remotePort === undefined
    ) {
      this.#refuse(socket, requestReply(REPLIES.command));
      return;
    }
    const stop = new AbortController();
    const end = (): void => stop.abort();
    // The association lasts as long as this connection (RFC 1928 section 7); what comes on it means nothing.
    socket.once('close', end);
    socket.once('end', end);
    socket.resume();
    let close: () => void = () => undefined;
    try {
      const entry = connections.open('udp', sourceOf(socket), end);
      close = entry.close;
      const { bound, closed } = await udp.open({
        localAddress,
        clientAddress: remoteAddress,
        clientPort: remotePort,
        proxyPort: localPort,
        expected: port === 0 ? null : { host, port },
        meter: entry.meter,
        signal: stop.signal,
      });
      connector.succeeded();
      socket.write(requestReply(REPLIES.succeeded, bound));
      await closed;
      socket.destroy();
    } catch (error) {
      connector.failed(error);
      this.#refuse(socket, requestReply(errorReply(error).socks));
    } finally {
      close();
    }
  }

  #refuse(socket: Socket, answer: Uint8Array): void {
    if (socket.destroyed) return;
    socket.end(answer);
    // What still comes is read, or the answer could be lost in a reset.
    socket.resume();
    const timer = this.#options.clock.setTimer(SOCKS_LIMITS.farewell, () => socket.destroy());
    socket.once('end', () => socket.destroySoon());
    socket.once('close', () => timer.cancel());
  }
}

/** Data that a client sends before it is connected: kept for the target, within bounds. Also notices that the client has gone. */
class Early {
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
  readonly #socket: Socket;
  readonly #pieces: Uint8Array[];
  readonly #take: (bytes: Uint8Array) => void;
  readonly #close: () => void;

  constructor(socket: Socket, rest: Uint8Array) {
    const controller = new AbortController();
    this.gone = controller.signal;
    this.#socket = socket;
    this.#pieces = rest.length === 0 ? [] : [rest];
    let length = rest.length;
    this.#take = (bytes) => {
      this.#pieces.push(bytes);
      length += bytes.length;
      if (length >= SOCKS_LIMITS.early) socket.pause();
    };
    this.#close = () => controller.abort();
    socket.on('data', this.#take);
    socket.once('close', this.#close);
    if (socket.destroyed) controller.abort();
  }

  /** Stops reading. @returns what came */
  finish(): Uint8Array {
    this.#socket.pause();
    this.#socket.off('data', this.#take);
    this.#socket.off('close', this.#close);
    return concatBytes(...this.#pieces);
  }
}
