import type { Socket } from 'node:net';
import type { Clock } from '#shared/clock.ts';
import { concatBytes } from '#shared/bytes/index.ts';
import { ForwardError, hostText } from '#shared/forward/index.ts';
import type { ForwardConnector, RuleConnections } from '../rules/index.ts';
import type { ActiveConnections } from './active-connections.ts';
import { errorReply } from './error-reply.ts';
import { sourceOf } from './rule-port.ts';
import { SocksHandshake, type CheckLogin, type SocksTarget } from './socks-handshake.ts';
import { REPLIES, requestReply } from './socks-messages.ts';
import type { UdpAssociations } from './udp-associations.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Limits of a SOCKS proxy. */
export const SOCKS_LIMITS = {
  /** Longest time from the first byte to the request, ms. */
  handshake: 10_000,
  /** Most bytes that a client may send before it is connected. */
  early: 64 * 1024,
  /** Longest time for a refused client to read its answer, ms. */
  farewell: 2000,
} as const;

/** Options of `SocksServer`. */
export type SocksServerOptions = Readonly<{
  clock: Clock;
  connector: ForwardConnector;
  connections: RuleConnections;
  carried: ActiveConnections;
  /** Checks a client's login; undefined if no login is required. */
  check: CheckLogin | undefined;
  /** Opens UDP associations; undefined to refuse UDP ASSOCIATE. */
  udp: UdpAssociations | undefined;
  /** Called when the connection to the target takes ownership of the socket. */
  releaseSocket(socket: Socket): void;
}>;

/** SOCKS 5 proxy on connections that the caller has accepted: CONNECT and UDP ASSOCIATE (RFC 1928). */
export class SocksServer {
  readonly #options: SocksServerOptions;

  constructor(options: SocksServerOptions) {
    this.#options = options;
  }

  /**
   * Serves a connection and takes ownership of its socket, which may be half open. The caller must have added an error listener. Never rejects.
   * @param head bytes already read from the socket
   */
  async serve(socket: Socket, head?: Uint8Array): Promise<void> {
    const leave = this.#options.connector.beginHandshake();
    if (leave === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const received = await this.#handshake(socket, head);
    leave();
    if (received === undefined) return;
    if (received.request.command === 'connect') await this.#connect(socket, received.request, received.early);
    else await this.#associate(socket, received.request);
  }

  /** Reads until the request is known. Returns undefined if the client was refused or has gone. */
  #handshake(
    socket: Socket,
    head: Uint8Array | undefined,
  ): Promise<Readonly<{ request: SocksTarget; early: Early }> | undefined> {
    const machine = new SocksHandshake(this.#options.check);
    return new Promise((resolve) => {
      const settle = (result: Readonly<{ request: SocksTarget; early: Early }> | undefined): void => {
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
        settle({ request: outcome, early });
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
    const { connector, carried, releaseSocket } = this.#options;
    try {
      if (!safeParse(hostText, host).success) throw new ForwardError('forward.name', 'no name has such characters');
      const connected = await connector.connect({ host, port }, sourceOf(socket), early.gone);
      // The answer must be written before the connection is handed over. A client that never reads it is handled there.
      await new Promise((resolve) => {
        socket.write(requestReply(REPLIES.succeeded), resolve);
      });
      releaseSocket(socket);
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
    // The association lasts as long as this connection (RFC 1928 section 7); bytes on the connection are ignored.
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
    // Read the rest: unread data would cause a reset, which could discard the answer.
    socket.resume();
    const timer = this.#options.clock.setTimer(SOCKS_LIMITS.farewell, () => socket.destroy());
    socket.once('end', () => socket.destroySoon());
    socket.once('close', () => timer.cancel());
  }
}

/** Data that a client sends before it is connected, saved for the target up to a limit. Also notices when the client goes. */
class Early {
  /** Aborts when the client has gone. */
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

  /**
   * Stops reading.
   * @returns the data received so far
   */
  finish(): Uint8Array {
    this.#socket.pause();
    this.#socket.off('data', this.#take);
    this.#socket.off('close', this.#close);
    return concatBytes(...this.#pieces);
  }
}
