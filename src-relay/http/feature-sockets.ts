import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { refuseUpgradeWith } from './answers.ts';
import { clientAddress } from './client-address.ts';
import { hasSessionCookie, readSessionCookie } from './cookies.ts';
import { bearerOf, queryOf } from './feature-requests.ts';
import type { FeatureServerOptions } from './feature-server.ts';
import type { SocketArrival, SocketHandler, SocketRoute } from './features.ts';
import { expectedError, httpError, type HttpError } from './http-error.ts';
import type { RouteMatch } from './router.ts';
import { RouteSocket } from './route-socket.ts';

/** Close code for a client that doesn't authenticate in time, unless the route has its own (RFC 6455 section 7.4.1). */
const CLOSE_POLICY = 1008;
/** Close code of a server that stops (RFC 6455 section 7.4.1). */
const CLOSE_GOING_AWAY = 1001;

/** Opens the WebSockets of features' routes, each with a server of the `ws` library of its own. Created by `FeatureServer`. */
export class FeatureSockets {
  readonly #options: FeatureServerOptions;
  readonly #servers = new Map<SocketRoute, WebSocketServer>();
  readonly #open = new Set<RouteSocket>();
  #draining = false;

  constructor(options: FeatureServerOptions) {
    this.#options = options;
    // The types of the library lack `closeTimeout`.
    const common = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      closeTimeout: options.limits.closeTimeout,
    };
    for (const route of options.features.flatMap(({ sockets }) => sockets ?? [])) {
      this.#servers.set(route, new WebSocketServer({ ...common, maxPayload: route.maxPayload }));
    }
  }

  /** Answers an upgrade request to a route: checks rate and gate, asks the feature, then opens the WebSocket. */
  async upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    { route, feature }: Extract<RouteMatch, { kind: 'socket' }>,
  ): Promise<void> {
    const { gate, trustProxy } = this.#options;
    const address = clientAddress(request, trustProxy);
    let isAuthenticated = false;
    let onAuthenticated = (): void => undefined;
    const arrival: SocketArrival = {
      socket,
      address,
      host: request.headers.host ?? '',
      origin: request.headers.origin,
      query: queryOf(request),
      headers: request.headers,
      cookie: feature.crossOrigin === undefined ? readSessionCookie(request) : undefined,
      bearer: bearerOf(request),
      authenticated: () => {
        isAuthenticated = true;
        gate.leave(socket);
        onAuthenticated();
      },
    };
    try {
      this.#admit(request, socket, address);
      if (
        feature.crossOrigin === undefined &&
        hasSessionCookie(request) &&
        !this.#options.isSameOriginSocket(request)
      ) {
        this.#options.refused('origin');
        throw httpError(403, 'platform.origin', 'This WebSocket is not from a page of this relay.');
      }
      const handler = await route.accept(arrival);
      if (this.#draining) throw restarting();
      this.#servers.get(route)?.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        const opened = this.#opened(webSocket, route, feature.name);
        if (!isAuthenticated) onAuthenticated = this.#limitStranger(webSocket, opened, socket, route);
        this.#start(opened, handler, feature.name);
      });
    } catch (error) {
      const expected = expectedError(error);
      if (expected === undefined) this.#options.failed(feature.name, error);
      refuseUpgradeWith(socket, expected ?? httpError(500, 'platform.internal', 'The relay could not do that.'));
    }
  }

  /** Closes every WebSocket with 1001; new ones are refused. */
  drain(): void {
    this.#draining = true;
    for (const socket of this.#open) socket.close(CLOSE_GOING_AWAY, 'Server shutting down');
  }

  /** Drops the WebSockets that haven't closed yet. */
  close(): void {
    this.drain();
    for (const socket of this.#open) socket.terminate();
  }

  /** Checks everything that holds for all routes. Throws the answer. */
  #admit(request: IncomingMessage, socket: Socket, address: string): void {
    const { gate, refused, admitSocket } = this.#options;
    if (this.#draining) {
      refused('draining');
      throw restarting();
    }
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      refused('upgrade');
      throw httpError(426, 'platform.method', 'This address speaks WebSocket only.', {
        headers: { Upgrade: 'websocket' },
      });
    }
    if (!gate.identify(socket, address)) {
      refused('busy');
      throw httpError(503, 'platform.busy', 'Too many unfinished connections from your address.', {
        retryAfter: 10_000,
      });
    }
    const wait = admitSocket(address);
    if (wait > 0) {
      refused('rate');
      throw httpError(429, 'platform.rate', 'Too many connections from your address.', {
        retryAfter: wait,
      });
    }
  }

  #opened(webSocket: WebSocket, route: SocketRoute, name: string): RouteSocket {
    const { clock, limits, failed } = this.#options;
    const opened = new RouteSocket(webSocket, {
      clock,
      pingInterval: limits.pingInterval,
      misses: limits.misses,
      maxBuffered: route.maxBuffered,
      failed: (error) => failed(name, error),
    });
    this.#open.add(opened);
    webSocket.once('close', () => this.#open.delete(opened));
    return opened;
  }

  /**
   * Closes a WebSocket whose client isn't authenticated in time, or sends too much before. Returns the function that ends this.
   * @param wire socket that carries the WebSocket
   */
  #limitStranger(webSocket: WebSocket, socket: RouteSocket, wire: Socket, route: SocketRoute): () => void {
    const { code, reason } = route.unauthenticated ?? { code: CLOSE_POLICY, reason: 'timeout' };
    const timeout = route.authenticationTimeout ?? this.#options.limits.authenticationTimeout;
    const timer = this.#options.clock.setTimer(timeout, () => socket.close(code, reason));
    let arrived = 0;
    const most = route.maxUnauthenticated ?? this.#options.limits.unauthenticatedBytes;
    const count = (chunk: Uint8Array): void => {
      arrived += chunk.length;
      if (arrived > most) socket.terminate();
    };
    wire.on('data', count);
    const end = (): void => {
      timer.cancel();
      wire.off('data', count);
    };
    webSocket.once('close', end);
    return end;
  }

  #start(socket: RouteSocket, handler: SocketHandler, name: string): void {
    try {
      handler(socket);
    } catch (error) {
      this.#options.failed(name, error);
      socket.terminate();
    }
  }
}

function restarting(): HttpError {
  return httpError(503, 'platform.busy', 'This relay is restarting; try again in a moment.', { retryAfter: 2000 });
}
