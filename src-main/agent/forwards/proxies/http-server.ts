import {
  createServer,
  request as createRequest,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorText } from '#shared/locales/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { Target } from '#shared/forward/index.ts';
import { problemOf, type OutboundConnection, type ForwardConnector } from '../rules/index.ts';
import type { ActiveConnections } from './active-connections.ts';
import { canRepeat, forwardRequest, isStatus, noAnswer, statusOf, type Status } from './http-exchange.ts';
import { endToEnd, readAbsolute, parseConnectTarget, readBasic, type AbsoluteRequest } from './http-head.ts';
import { ConnectionPool } from './connection-pool.ts';
import { errorReply } from './error-reply.ts';
import { sourceOf } from './rule-port.ts';
import { SlowClients } from './slow-clients.ts';
import type { CheckLogin } from './socks-handshake.ts';

/** Limits of an HTTP proxy. */
export const HTTP_LIMITS = {
  /** Largest head of a request, bytes; a larger one is answered with status 431. */
  head: 32 * 1024,
  /** Longest time from the first byte of a head to its end, ms. */
  headTime: 10_000,
  /** Longest time between an answer and the next request, ms. */
  idle: 60_000,
} as const;

/** Options of `HttpProxyServer`. */
export type HttpServerOptions = Readonly<{
  clock: Clock;
  connector: ForwardConnector;
  carried: ActiveConnections;
  /** Checks a client's login; undefined if no login is required. */
  check: CheckLogin | undefined;
  /** Name of the upstream, for error texts. */
  upstreamName: string;
  /** Returns a key of the upstream in use; no request takes a connection that was opened through another upstream. */
  upstreamKey?: () => string;
  /** Called when a tunnel takes ownership of the socket. */
  releaseSocket(socket: Socket): void;
}>;

/** HTTP proxy on connections that the caller has accepted: CONNECT, requests in absolute form with keep-alive, and upgrades (RFC 9110, RFC 9112). */
export class HttpProxyServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #slow: SlowClients<Socket>;
  readonly #pool: ConnectionPool;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(options);
    // Node's timeouts work only in a server that listens itself; `SlowClients` replaces them.
    this.#server = createServer({
      maxHeaderSize: HTTP_LIMITS.head,
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
    });
    // Whatever one client or its target does ends that client's connection, and nothing else.
    const guard = (served: Promise<void>, socket: Duplex): void => void served.catch(() => socket.destroy());
    this.#server.on('request', (request, response) => guard(this.#pass(request, response), request.socket));
    // The target decides whether it wants the body.
    this.#server.on('checkContinue', (request, response) => guard(this.#pass(request, response), request.socket));
    this.#server.on('connect', (request, socket, head) => guard(this.#tunnel(request, socket as Socket, head), socket));
    this.#server.on('upgrade', (request, socket, head) =>
      guard(this.#upgrade(request, socket as Socket, head), socket),
    );
    this.#server.on('clientError', (error, socket) => refuseClient(error, socket));
    this.#slow = new SlowClients({
      clock: options.clock,
      limits: { head: HTTP_LIMITS.headTime, idle: HTTP_LIMITS.idle },
      late: (socket) => endWith(socket, 408, [], 'The request took too long.'),
    });
  }

  /**
   * Serves a connection and takes ownership of its socket, which may be half open. The caller must have added an error listener.
   * @param head bytes already read from the socket
   */
  serve(socket: Socket, head?: Uint8Array): void {
    if (head !== undefined && head.length > 0) socket.unshift(head);
    this.#slow.add(socket, () => socket.bytesRead);
    this.#server.emit('connection', socket);
    socket.resume();
  }

  /** Closes the idle connections to targets. Connections in use end with their clients. */
  close(): void {
    this.#pool.close();
  }

  /** Serves a request other than CONNECT and upgrades. */
  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    this.#slow.busy(socket);
    response.once('close', () => this.#slow.idle(socket));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const absolute = readAbsolute(request.url ?? '');
    if (!this.#isLoggedIn(request)) return answer(response, 407, LOGIN, 'This proxy needs a user and a password.');
    if (absolute === undefined) return answer(response, 400, [], NOT_A_PROXY_REQUEST);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      await this.#exchange(absolute, request, response, gone.signal);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else this.#fail((status, text) => answer(response, status, [], text), error);
    }
  }

  /** Sends the request over an idle connection to the target, or over a new one. */
  async #exchange(
    absolute: AbsoluteRequest,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const { socket } = request;
    const mayRepeat = canRepeat(request);
    const reused = this.#pool.take(absolute.target, socket, mayRepeat);
    if (reused !== undefined) {
      try {
        await forwardRequest(reused, absolute, request, response);
        return;
      } catch (error) {
        // Retry only if the target closed the connection before it sent any byte of an answer.
        if (!mayRepeat || reused.hasHeard || response.headersSent || signal.aborted) throw error;
      }
    }
    await forwardRequest(await this.#pool.make(absolute.target, socket, signal), absolute, request, response);
  }

  async #tunnel(request: IncomingMessage, socket: Socket, head: Uint8Array): Promise<void> {
    this.#slow.forget(socket);
    const target = parseConnectTarget(request.url ?? '');
    if (!this.#isLoggedIn(request)) return endWith(socket, 407, LOGIN, 'This proxy needs a user and a password.');
    if (target === undefined) return endWith(socket, 400, [], 'The target of CONNECT must be host:port.');
    const gone = new AbortController();
    const abort = (): void => gone.abort();
    socket.once('close', abort);
    try {
      const connected = await this.#connect(target, socket, gone.signal);
      await new Promise((resolve) => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n', resolve);
      });
      socket.off('close', abort);
      this.#options.releaseSocket(socket);
      this.#options.carried.add(connected, socket, head);
    } catch (error) {
      this.#fail((status, text) => endWith(socket, status, [], text), error);
    }
  }

  /** Serves an upgrade in absolute form, such as WebSocket; the target's answer decides whether the connection becomes a tunnel. */
  async #upgrade(request: IncomingMessage, socket: Socket, head: Uint8Array): Promise<void> {
    this.#slow.forget(socket);
    const absolute = readAbsolute(request.url ?? '');
    if (!this.#isLoggedIn(request)) return endWith(socket, 407, LOGIN, 'This proxy needs a user and a password.');
    if (absolute === undefined) return endWith(socket, 400, [], NOT_A_PROXY_REQUEST);
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    try {
      const connected = await this.#connect(absolute.target, socket, gone.signal);
      await forwardUpgrade(connected, absolute, request, socket, head).finally(connected.done);
    } catch (error) {
      this.#fail((status, text) => endWith(socket, status, [], text), error);
    }
  }

  #connect(target: Target, socket: Socket, signal: AbortSignal): Promise<OutboundConnection> {
    return this.#options.connector.connect(target, sourceOf(socket), signal);
  }

  #isLoggedIn({ headers }: IncomingMessage): boolean {
    const { check } = this.#options;
    if (check === undefined) return true;
    const given = readBasic(headers['proxy-authorization']);
    return given !== undefined && check(given.user, given.password);
  }

  #fail(say: (status: number, text: string) => void, error: unknown): void {
    const { code, details } = problemOf(error);
    const { what, why, next } = errorText(code, errorMessage(error), { ...details, peer: this.#options.upstreamName });
    say(errorReply(error).http, `${what} ${why} ${next} (${errorCode(error)})`);
  }
}

const LOGIN = ['Proxy-Authenticate', 'Basic realm="ClawReach", charset="UTF-8"'];
const NOT_A_PROXY_REQUEST = 'This is a proxy: it takes CONNECT, and requests with an address that begins with http://.';

async function forwardUpgrade(
  connected: OutboundConnection,
  { authority, path }: AbsoluteRequest,
  request: IncomingMessage,
  socket: Socket,
  head: Uint8Array,
): Promise<void> {
  const duplex = connected.remote.toDuplex(connected.meter);
  const protocol = request.headers.upgrade ?? '';
  const headers = [
    'Host',
    authority,
    ...endToEnd(request.rawHeaders, ['host']),
    'Connection',
    'Upgrade',
    'Upgrade',
    protocol,
  ];
  const outgoing = createRequest({
    method: request.method ?? 'GET',
    path,
    headers,
    setHost: false,
    createConnection: () => duplex,
  });
  outgoing.setNoDelay = () => undefined;
  socket.once('close', () => duplex.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      outgoing.on('error', reject);
      outgoing.once('upgrade', (incoming, _, rest) => {
        socket.write(headOf(statusOf(incoming), incoming.rawHeaders));
        socket.write(rest);
        duplex.write(head);
        joinStreams(socket, duplex).then(resolve, reject);
      });
      outgoing.once('response', (incoming) => {
        incoming.on('error', reject);
        if (!isStatus(incoming.statusCode)) {
          reject(noAnswer());
          return;
        }
        // The target declines the upgrade: its answer is the last one on this connection.
        socket.write(headOf(statusOf(incoming), [...endToEnd(incoming.rawHeaders), 'Connection', 'close']));
        incoming.pipe(socket);
        socket.once('close', () => resolve());
      });
      outgoing.end();
    });
    socket.destroySoon();
  } finally {
    outgoing.destroy();
    duplex.destroy();
  }
}

/** Joins two streams until both have ended; if one is cut, the other is cut too. */
function joinStreams(left: Duplex, right: Duplex): Promise<void> {
  left.pipe(right);
  right.pipe(left);
  const closed = (stream: Duplex, other: Duplex): Promise<void> =>
    new Promise((resolve) => {
      stream.once('error', () => other.destroy());
      stream.once('close', () => {
        // An end in order has been passed on by the pipe.
        if (!stream.readableEnded) other.destroy();
        resolve();
      });
    });
  return Promise.all([closed(left, right), closed(right, left)]).then(() => undefined);
}

function headOf({ status, reason }: Status, headers: readonly string[]): string {
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : []));
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, '', ''].join('\r\n');
}

function answer(response: ServerResponse, status: number, headers: readonly string[], text: string): void {
  if (response.destroyed) return;
  // Set the reason explicitly: a former attempt to answer may have left another one.
  response.writeHead(status, STATUS_CODES[status] ?? '', [...headers, ...textHeaders(text)]);
  response.end(`${text}\n`);
}

/** Answers on a connection that Node's server no longer handles, and ends it. */
function endWith(socket: Duplex, status: number, headers: readonly string[], text: string): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const all = [...headers, ...textHeaders(text), 'Connection', 'close'];
  const lines = all.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : []));
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n');
  socket.end(`${head}${text}\n`, () => socket.destroy());
}

function textHeaders(text: string): string[] {
  return ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', String(toUtf8(text).length + 1)];
}

function refuseClient(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'HPE_HEADER_OVERFLOW') endWith(socket, 431, [], 'The head of the request is too long.');
  else if (error.code === 'ECONNRESET') socket.destroy();
  else endWith(socket, 400, [], 'The request cannot be read.');
}
