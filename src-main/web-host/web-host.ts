import { once } from 'node:events';
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { RequestGuard } from '#node/local-http/index.ts';
import {
  APP_WIRE_LIMITS,
  bridgeTransports,
  WEB_HOST,
  WEB_HOST_CLOSE,
  type AppTransport,
} from '#shared/app-api/index.ts';
import type { WebHostMessage } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { Admissions, type BrowserSession } from './admissions.ts';
import type { WindowShell } from './browser-shell.ts';
import { WebHostError } from './errors.ts';
import { loadFiles, type ServedFile } from './files.ts';
import { securityHeaders } from './security-headers.ts';
import type { ConnectionPorts } from './connection-owner.ts';
import { WebSocketTransport } from './socket-transport.ts';

/** Limits of the web host. */
export const WEB_HOST_LIMITS = {
  /** Most windows connected at once. */
  windows: 8,
  /** Most TCP connections; a browser uses up to six for files. */
  connections: 64,
  /** Largest header of a request, bytes. */
  headers: 16 * 1024,
  /** Longest time for a request and its header, ms. */
  request: 10_000,
} as const;

export type WebHostOptions = Readonly<{
  host?: '127.0.0.1';
  /** Port to listen on; 0 for any free one. */
  port: number;
  /** Directory of the built window. */
  rendererDirectory: string;
  /** Opens a connection to the agent for one window. */
  connectAgent(): Promise<AppTransport>;
  shell: WindowShell;
  logger: Logger;
  clock: Clock;
  crypto: Pick<CryptoBackend, 'randomBytes'>;
  /** Tells whether a connection comes from the same user; by default every one counts. */
  isSameUser?(ports: ConnectionPorts): boolean;
}>;

/** Running web host. */
export type WebHost = Readonly<{
  port: number;
  /** Creates a link that opens the window once, within ten minutes: `http://127.0.0.1:PORT/#TOKEN`. */
  newLink(): string;
  /** Ends all windows. Idempotent. */
  close(): Promise<void>;
}>;

/**
 * Starts the web host, which serves the window to browsers on this machine: listens on 127.0.0.1, admits browsers by link, and connects each one to
 * the agent. Used by `clawreach ui`.
 * @throws {WebHostError} `web-host.files-missing`, `web-host.port`
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const files = await loadFiles(options.rendererDirectory);
  const server = new WindowServer(options, files);
  const port = await server.listen();
  return {
    port,
    newLink: () => `http://127.0.0.1:${port}/#${server.admissions.newToken()}`,
    close: () => server.close(),
  };
}

class WindowServer {
  readonly admissions: Admissions;
  readonly #options: WebHostOptions;
  readonly #logger: Logger;
  readonly #files: ReadonlyMap<string, ServedFile>;
  readonly #server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: APP_WIRE_LIMITS.message,
    perMessageDeflate: false,
    handleProtocols: () => WEB_HOST.protocol,
  });
  readonly #windows = new Set<WebSocketTransport>();
  #guard = new RequestGuard(0);
  #closed: Promise<void> | undefined;

  constructor(options: WebHostOptions, files: ReadonlyMap<string, ServedFile>) {
    this.#options = options;
    this.#logger = options.logger;
    this.#files = files;
    this.admissions = new Admissions(options);
    const { request: requestTimeout, headers: maxHeaderSize, connections } = WEB_HOST_LIMITS;
    this.#server = createServer(
      {
        requestTimeout,
        headersTimeout: requestTimeout,
        keepAliveTimeout: 5000,
        // Node's default interval is half a minute.
        connectionsCheckingInterval: 1000,
        maxHeaderSize,
      },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxConnections = connections;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async listen(): Promise<number> {
    const { port } = this.#options;
    try {
      const listening = once(this.#server, 'listening');
      this.#server.listen({ host: '127.0.0.1', port });
      await listening;
    } catch (error) {
      throw new WebHostError('web-host.port', `port ${port} cannot be had`, {
        cause: error,
        details: { port, reason: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' },
      });
    }
    // Running out of file descriptors costs a connection, not the process.
    this.#server.on('error', (error) => this.#logger.warn('the window server', { error: error.message }));
    const address = this.#server.address() as AddressInfo;
    this.#guard = new RequestGuard(address.port);
    return address.port;
  }

  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  async #stop(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const window of this.#windows) window.closeWith(1001);
    this.#server.closeIdleConnections();
    const deadline = this.#options.clock.setTimer(WEB_HOST_LIMITS.request, () => this.#server.closeAllConnections());
    await stopped;
    deadline.cancel();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#isOwn(request) ? this.#guard.refuse(request) : 'owner';
    const host = refusal === undefined ? (request.headers.host ?? '') : '';
    const reply = (status: number, text: string, more: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, {
        ...securityHeaders(host),
        'Content-Type': 'text/plain; charset=utf-8',
        Connection: 'close',
        ...more,
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    if (refusal !== undefined) {
      this.#logger.warn('a request was refused', { refusal });
      reply(
        403,
        'This is not where the window of ClawReach may be opened from. Paste the link that `clawreach ui` printed into the address bar.\n',
      );
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(405, 'Only GET.\n', { Allow: 'GET, HEAD' });
      return;
    }
    const file = this.#files.get((request.url ?? '').replace(/\?.*$/s, ''));
    if (file === undefined) {
      reply(404, 'There is nothing here.\n');
      return;
    }
    response.writeHead(200, {
      ...securityHeaders(host),
      'Content-Type': file.type,
      'Content-Length': file.bytes.length,
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined);
    const refusal = this.#isOwn(request) ? this.#guard.refuseSocket(request) : 'owner';
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (refusal !== undefined) {
      this.#logger.warn('a window was refused', { refusal });
      refuseUpgrade(socket, 403);
    } else if (request.url !== WEB_HOST.path) {
      refuseUpgrade(socket, 404);
    } else if (offered.length !== 2 || offered[0] !== WEB_HOST.protocol || this.#closed !== undefined) {
      refuseUpgrade(socket, 400);
    } else {
      const credential = offered[1] ?? '';
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, credential));
    }
  }

  #welcome(socket: WebSocket, credential: string): void {
    const window = new WebSocketTransport(socket, this.#options.clock);
    if (this.#windows.size >= WEB_HOST_LIMITS.windows) {
      window.closeWith(WEB_HOST_CLOSE.full);
      return;
    }
    const session = this.#admit(credential);
    if (typeof session === 'string') {
      this.#logger.warn('a window was refused', { refusal: session });
      const { link, tries, full } = WEB_HOST_CLOSE;
      window.closeWith({ unknown: link, tries, full }[session]);
      return;
    }
    this.#windows.add(window);
    session.connections += 1;
    socket.once('close', () => {
      this.#windows.delete(window);
      session.connections -= 1;
    });
    sendMessage(socket, { type: 'session', session: session.secret });
    void this.#connect(socket, window);
  }

  #admit(credential: string): BrowserSession | 'unknown' | 'tries' | 'full' {
    if (credential.startsWith(WEB_HOST.token))
      return this.admissions.takeToken(credential.slice(WEB_HOST.token.length));
    return this.admissions.takeSession(
      credential.startsWith(WEB_HOST.session) ? credential.slice(WEB_HOST.session.length) : '',
    );
  }

  async #connect(socket: WebSocket, window: WebSocketTransport): Promise<void> {
    let agent: AppTransport;
    try {
      agent = await this.#options.connectAgent();
    } catch (error) {
      this.#logger.info('no connection to the agent for a window', { errorCode: errorCode(error) });
      window.closeWith(WEB_HOST_CLOSE.agent);
      return;
    }
    if (socket.readyState !== WebSocket.OPEN) {
      agent.close();
      return;
    }
    const { shell } = this.#options;
    const transport = shell.open(window);
    socket.once('close', () => shell.closed(transport));
    sendMessage(socket, { type: 'ready' });
    bridgeTransports(transport, agent);
  }

  #isOwn(request: IncomingMessage): boolean {
    const { remotePort, localPort } = request.socket;
    if (remotePort === undefined || localPort === undefined) return false;
    return this.#options.isSameUser?.({ remotePort, localPort }) ?? true;
  }
}

function sendMessage(socket: WebSocket, message: WebHostMessage): void {
  socket.send(JSON.stringify(message));
}

/** Refuses an upgrade. The server's time limits no longer apply to the socket, so it is destroyed if the other end doesn't close it. */
function refuseUpgrade(socket: Duplex, status: number): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
