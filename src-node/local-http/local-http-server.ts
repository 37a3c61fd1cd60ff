import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listenInPlaceOfStale } from '../control-socket/index.ts';
import { refusePage, RequestGuard } from './request-guard.ts';

/** Kind of address at which a request came: a socket file or pipe of this user, or a port that every user of the machine reaches. */
export type LocalPlace = 'socket' | 'port';

export type LocalHttpOptions = Readonly<{
  /** Answers a request that no page has made. Never throws. */
  answer(request: IncomingMessage, response: ServerResponse, place: LocalPlace): void;
  /** Answers a request that is refused. Its connection closes. */
  refuse(response: ServerResponse, reason: string): void;
  limits: Readonly<{
    connections: number;
    /** Largest header, bytes. */
    headers: number;
    /** Longest time for a request's header, and for all of it, ms. */
    headerTime: number;
    requestTime: number;
  }>;
}>;

/** Time that answers have to end when a server closes, ms. */
const CLOSE_TIME = 500;

/**
 * HTTP server for programs of this machine, at a socket file or pipe, and at a port of 127.0.0.1 that the system chooses. Refuses what a page sends.
 * Opened and closed by the local API of the agent.
 */
export class LocalHttpServer {
  readonly #options: LocalHttpOptions;
  readonly #open = new Map<LocalPlace, Server>();
  #guard: RequestGuard | undefined;
  #port: number | undefined;

  constructor(options: LocalHttpOptions) {
    this.#options = options;
  }

  /** Port at 127.0.0.1; undefined: none. */
  get port(): number | undefined {
    return this.#port;
  }

  isOpen(place: LocalPlace): boolean {
    return this.#open.has(place);
  }

  /**
   * Listens at a socket file or pipe, in place of one that a killed agent has left.
   * @throws {ControlError} `control.in-use`, `control.directory`, `control.path`; {StoreError} `store.directory-permissions`; errors of the system
   */
  async openSocket(path: string): Promise<void> {
    if (this.#open.has('socket')) return;
    const server = this.#create('socket', (request) => refusePage(request));
    await listenInPlaceOfStale(server, path);
    server.on('error', () => undefined);
    this.#open.set('socket', server);
  }

  /** Listens at a free port of 127.0.0.1. @throws errors of the system */
  async openPort(): Promise<void> {
    if (this.#open.has('port')) return;
    const server = this.#create('port', (request) =>
      this.#guard === undefined ? 'host' : this.#guard.refuseProgram(request),
    );
    const listening = once(server, 'listening');
    server.listen({ host: '127.0.0.1', port: 0 });
    await listening;
    // Running out of file descriptors costs a connection, not the process.
    server.on('error', () => undefined);
    const { port } = server.address() as AddressInfo;
    this.#guard = new RequestGuard(port);
    this.#port = port;
    this.#open.set('port', server);
  }

  /** Closes one address, or both. Answers that don't end within half a second are cut off. Idempotent. */
  async close(...places: readonly LocalPlace[]): Promise<void> {
    const closing = (places.length === 0 ? [...this.#open.keys()] : places).map(async (place) => {
      const server = this.#open.get(place);
      if (server === undefined) return;
      this.#open.delete(place);
      if (place === 'port') this.#port = undefined;
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeIdleConnections();
      const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_TIME);
      await closed;
      clearTimeout(deadline);
    });
    await Promise.all(closing);
  }

  #create(place: LocalPlace, refusal: (request: IncomingMessage) => string | undefined): Server {
    const { answer, refuse, limits } = this.#options;
    const server = createServer(
      {
        requestTimeout: limits.requestTime,
        headersTimeout: limits.headerTime,
        keepAliveTimeout: 5000,
        // Node's default interval is half a minute.
        connectionsCheckingInterval: 1000,
        maxHeaderSize: limits.headers,
      },
      (request, response) => {
        request.on('error', () => undefined);
        response.on('error', () => undefined);
        const reason = refusal(request);
        if (reason === undefined) answer(request, response, place);
        else refuse(response, reason);
      },
    );
    server.maxConnections = limits.connections;
    return server;
  }
}
