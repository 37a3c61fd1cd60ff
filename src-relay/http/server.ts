import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import { WebSocketServer, type Server as WebSocketServerOf, type WebSocket } from 'ws';
import type { TlsCertificate } from '#node/tls/index.ts';
import { LINK_UPGRADE_PROTOCOL, RELAY_PATHS } from '#shared/relay-api/index.ts';
import { clientAddress } from './client-address.ts';
import type { FeatureServer } from './feature-server.ts';
import type { PendingSocketLimit } from './pending-sockets.ts';
import { refuseUpgrade } from './responses.ts';

/** Socket that becomes a control or data connection. */
export type UpgradedSocket = Readonly<{
  socket: Socket;
  /** Address of the client, also behind a trusted proxy. */
  address: string;
  /** `Host` header as sent. */
  host: string;
  /** `Origin` header as sent; undefined for programs that aren't web pages. */
  origin: string | undefined;
}>;

/** Receivers of the relay's connections and requests. */
export type ServerHandlers<Control extends WebSocket> = Readonly<{
  /** Called with each new control connection. */
  control(socket: Control, arrival: UpgradedSocket): void;
  /** Called with each data connection in raw form, and the bytes already read from it. */
  rawLink(socket: Socket, head: Buffer): void;
  /** Called with each data connection in WebSocket form. */
  webSocketLink(socket: WebSocket, arrival: UpgradedSocket): void;
  /** Called with each plain HTTP request. */
  request(request: IncomingMessage, response: ServerResponse, path: string): void;
  /** Returns how long an address that opens too many control connections must wait, ms; 0 admits it. */
  wait(address: string): number;
  /** Counts a rejected connection or upgrade. */
  refused(reason: 'path' | 'upgrade' | 'rate' | 'busy' | 'draining'): void;
}>;

/** Limits and handlers of the server; sizes in bytes, times in ms. */
export type ServerOptions<Control extends typeof WebSocket> = Readonly<{
  /** Class of control connections' WebSockets. */
  controlSocket: Control;
  pendingSockets: PendingSocketLimit;
  trustProxy: boolean;
  controlMessage: number;
  linkMessage: number;
  helloTimeout: number;
  /** Time for the other side to answer the close message of a data connection. */
  lingerTimeout: number;
  handlers: ServerHandlers<InstanceType<Control>>;
  /** Routes of features, which come before those of the relay itself; undefined if there are none. */
  features?: FeatureServer | undefined;
}>;

/** Largest request header, bytes. Clients send a few hundred, and proxies add some. */
const MAX_HEADER = 8 * 1024;
/** Interval at which Node checks for slow requests, ms. */
const CHECK_INTERVAL = 1000;
/** Time for the other side to answer a close message before the socket is dropped, ms. */
const CLOSE_TIMEOUT = 2000;

/**
 * HTTP(S) server for the relay's three kinds of connection: control connections, data connections and plain requests. Created by `startRelay`; opens
 * the TCP port. It keeps no state of a connection that it has handed over.
 */
export class RelayServer<Control extends typeof WebSocket> {
  readonly #options: ServerOptions<Control>;
  readonly #server: Server | TlsServer;
  readonly #controls: WebSocketServerOf<Control>;
  readonly #links: WebSocketServer;
  /** Set once the server accepts no more connections. */
  #closed: Promise<void> | undefined;

  constructor(options: ServerOptions<Control>, certificate: TlsCertificate | undefined) {
    this.#options = options;
    const { features } = options;
    const http = {
      maxHeaderSize: MAX_HEADER,
      headersTimeout: options.helloTimeout,
      requestTimeout: options.helloTimeout,
      connectionsCheckingInterval: CHECK_INTERVAL,
      keepAliveTimeout: 5000,
      noDelay: true,
      ...(features === undefined
        ? {}
        : {
            // A client that offers HTTP/2 gets its answer by HTTP/1.1 (RFC 9110 section 7.8).
            shouldUpgradeCallback: (request: IncomingMessage) => {
              const kind = features.find(pathOf(request))?.kind;
              return kind === undefined || kind === 'socket';
            },
          }),
    };
    this.#server =
      certificate === undefined
        ? createServer(http)
        : createTlsServer({
            ...http,
            cert: certificate.certificate,
            key: certificate.key,
            minVersion: 'TLSv1.2',
            handshakeTimeout: options.helloTimeout,
          });
    this.#server.maxRequestsPerSocket = 64;
    const webSocket = (closeTimeout: number) => ({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      closeTimeout,
    });
    this.#controls = new WebSocketServer({
      ...webSocket(CLOSE_TIMEOUT),
      maxPayload: options.controlMessage,
      WebSocket: options.controlSocket,
    });
    this.#links = new WebSocketServer({ ...webSocket(options.lingerTimeout), maxPayload: options.linkMessage });
    // Without free file descriptors only the new connection fails, not the relay.
    this.#server.on('error', ignoreError);
    this.#server.on('connection', (socket: Socket) => {
      if (!options.pendingSockets.enter(socket)) {
        options.handlers.refused('busy');
        socket.destroy();
      }
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('request', (request, response) => this.#request(request, response, false));
    // Without a listener, Node sends 100 Continue by itself.
    if (features !== undefined) {
      this.#server.on('checkContinue', (request, response) => this.#request(request, response, true));
    }
    this.#server.on('clientError', (error: Error, socket: Duplex) => {
      if (features?.clientError(error, socket) === true) return;
      // A browser opens connections ahead of its requests, and would take what lies there for the answer to the next page that it loads.
      const isUnused = socket instanceof Socket && socket.bytesRead === 0;
      if (socket.writable && !isUnused) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      else socket.destroy();
    });
  }

  /**
   * Starts listening. Rejects with the system's error.
   * @returns the port
   */
  async listen(address: Readonly<{ host?: string; port: number }>): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ ...address, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const bound = this.#server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : address.port;
  }

  /** Sets the certificate of new TLS connections. */
  setCertificate(certificate: TlsCertificate): void {
    if ('setSecureContext' in this.#server) {
      this.#server.setSecureContext({ cert: certificate.certificate, key: certificate.key, minVersion: 'TLSv1.2' });
    }
  }

  /** Stops accepting connections; handed-over ones continue, except for those of features. */
  drain(): void {
    if (this.#closed !== undefined) return;
    this.#options.features?.drain();
    this.#closed = new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
  }

  /** Closes plain HTTP connections; resolves once the port is free. */
  async close(): Promise<void> {
    this.drain();
    await this.#options.features?.close();
    this.#server.closeAllConnections();
    await this.#closed;
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (!(stream instanceof Socket)) {
      stream.destroy();
      return;
    }
    const { handlers, pendingSockets: gate, trustProxy } = this.#options;
    const path = pathOf(request);
    const protocol = request.headers.upgrade?.toLowerCase();
    const address = clientAddress(request, trustProxy);
    stream.on('error', ignoreError);
    if (this.#options.features?.upgrade(request, stream, head, path) === true) return;
    if (this.#closed !== undefined) {
      handlers.refused('draining');
      refuseUpgrade(stream, 503, 'This relay is restarting; try again in a moment.', 2);
    } else if (path !== RELAY_PATHS.control && path !== RELAY_PATHS.link) {
      handlers.refused('path');
      refuseUpgrade(stream, 404, `Nothing here. Agents connect to ${RELAY_PATHS.control}.`);
    } else if (protocol !== 'websocket' && !(protocol === LINK_UPGRADE_PROTOCOL && path === RELAY_PATHS.link)) {
      handlers.refused('upgrade');
      refuseUpgrade(stream, 426, 'This address speaks WebSocket only.');
    } else if (!gate.identify(stream, address)) {
      handlers.refused('busy');
      refuseUpgrade(stream, 503, 'Too many unfinished connections from your address.', 10);
    } else {
      const wait = path === RELAY_PATHS.link ? 0 : handlers.wait(address);
      const { host = '', origin } = request.headers;
      const arrival = { socket: stream, address, host, origin };
      if (wait > 0) {
        handlers.refused('rate');
        refuseUpgrade(stream, 429, 'Too many connections from your address.', Math.ceil(wait / 1000));
      } else if (path === RELAY_PATHS.control) {
        this.#controls.handleUpgrade(request, stream, head, (socket) => handlers.control(socket, arrival));
      } else if (protocol === 'websocket') {
        this.#links.handleUpgrade(request, stream, head, (socket) => handlers.webSocketLink(socket, arrival));
      } else {
        stream.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${LINK_UPGRADE_PROTOCOL}\r\n\r\n`,
        );
        handlers.rawLink(stream, head);
      }
    }
  }

  #request(request: IncomingMessage, response: ServerResponse, isWaiting: boolean): void {
    const path = pathOf(request);
    if (this.#options.features?.request(request, response, path, isWaiting) === true) return;
    if (isWaiting) response.writeContinue();
    // No other request needs a body: bytes are dropped, within requestTimeout.
    request.resume();
    this.#options.handlers.request(request, response, path);
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

/** Ignores an error: a broken socket also emits `close`. */
function ignoreError(): void {
  return undefined;
}
