import { once } from 'node:events';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import type { GatewayCertificate } from './certificate.ts';
import { MAX_PAYLOAD } from './hello.ts';

/** For a port to be free again, ms. */
const PORT_TIMEOUT = 30_000;

export interface ListenerOptions {
  /** Without one it speaks plain HTTP and WebSocket. */
  readonly certificate: GatewayCertificate | undefined;
  readonly port: number;
  onSocket(socket: WebSocket, origin: string | undefined): void;
  /** What lies at a path, as JSON; undefined for nothing. */
  onGet(path: string): string | undefined;
}

/** The gateway's one port on loopback. */
export class Listener {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  /** Also those that speak no TLS yet: the server itself does not know them, and waits for them. */
  readonly #raw = new Set<Socket>();

  private constructor(server: Server, sockets: WebSocketServer) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket: Socket) => {
      this.#raw.add(socket);
      socket.once('close', () => this.#raw.delete(socket));
    });
  }

  static async open(options: ListenerOptions): Promise<Listener> {
    const { certificate } = options;
    const server =
      certificate === undefined
        ? createPlainServer()
        : createServer({ cert: certificate.certificate, key: certificate.key });
    server.on('request', (request, response) => {
      const found = options.onGet(request.url ?? '/');
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json', connection: 'close' });
      response.end(found ?? '{"error":"not_found"}');
    });
    // What does not speak TLS, or breaks off, is nobody's error.
    server.on('tlsClientError', () => undefined);
    const sockets = new WebSocketServer({ server, maxPayload: MAX_PAYLOAD, perMessageDeflate: false });
    sockets.on('connection', (socket, request) => {
      socket.on('error', () => undefined);
      options.onSocket(socket, request.headers.origin);
    });
    // The errors of the server are told here as well.
    sockets.on('error', () => undefined);
    await listen(server, options.port);
    return new Listener(server, sockets);
  }

  /** Ends what is open; the port is free afterwards. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#raw) socket.destroy();
    });
  }
}

/** On a machine with many connections, somebody may have the port for a moment that was this one's before. */
async function listen(server: Server, port: number): Promise<void> {
  const deadline = performance.now() + PORT_TIMEOUT;
  for (;;) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || performance.now() > deadline) throw error;
      await delay(100);
    }
  }
}
