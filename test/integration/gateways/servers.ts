import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { WebSocketServer, type WebSocket } from 'ws';
import { systemClock } from '#node/clock/index.ts';
import { createGatewayMachine } from '#node/openclaw/index.ts';
import type { GatewayEndpoint } from '#shared/app-api/index.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { GatewayMachine, GatewaySocket } from '#shared/openclaw/gateway/index.ts';

export type Certificate = Readonly<{ cert: string; key: string; fingerprint: string }>;

/** @param name a host that it is valid for; without one as a gateway makes it, for none */
export async function makeCertificate(name?: string): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: name ?? 'openclaw-gateway' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      ...(name === undefined
        ? []
        : [{ name: 'subjectAltName' as const, altNames: [{ type: 2 as const, value: name }] }]),
    ],
  });
  const { raw } = new X509Certificate(made.cert);
  return { cert: made.cert, key: made.private, fingerprint: createHash('sha256').update(raw).digest('hex') };
}

export type Listening = Readonly<{ port: number; close(): Promise<void> }>;

async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A TLS server that says nothing and keeps what it hears, per connection, when that has ended. */
export async function listeningEar(certificate: Certificate): Promise<Listening & { heard(): Promise<string> }> {
  const ended: string[] = [];
  const waiting: ((heard: string) => void)[] = [];
  const server = createServer((raw) => {
    // By hand, so that a connection that ends in the middle of the handshake is counted as well.
    const socket = new TLSSocket(raw, { ...certificate, isServer: true });
    let heard = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const next = waiting.shift();
      if (next === undefined) ended.push(heard);
      else next(heard);
    });
  });
  const heard = (): Promise<string> => {
    const first = ended.shift();
    return first === undefined ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve(first);
  };
  return { ...(await listen(server)), heard };
}

/** A TCP server that does with each connection what it is told. */
export function plainServer(accept: (socket: Socket) => void): Promise<Listening> {
  return listen(createServer(accept));
}

type Answer = (path: string) => Readonly<{ status: number; headers?: Record<string, string>; body?: string }>;

/** A server of HTTP and WebSocket, with TLS where there is a certificate. */
export async function webServer(
  options: Readonly<{ certificate?: Certificate; connected?: (websocket: WebSocket) => void; answer?: Answer }>,
): Promise<Listening & { headers: Record<string, string | string[] | undefined>[] }> {
  const { certificate, connected, answer } = options;
  const headers: Record<string, string | string[] | undefined>[] = [];
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate);
  server.on('request', (request, response) => {
    const { status, headers: more, body } = answer?.(request.url ?? '') ?? { status: 404 };
    response.writeHead(status, more).end(body);
  });
  server.on('tlsClientError', () => undefined);
  if (connected !== undefined) {
    new WebSocketServer({ server }).on('connection', (websocket, request) => {
      headers.push(request.headers);
      websocket.on('error', () => undefined);
      connected(websocket);
    });
  }
  return { ...(await listen(server)), headers };
}

export function machine(ca?: readonly string[], connectTimeout?: number): GatewayMachine {
  return createGatewayMachine({ clock: systemClock, ca, connectTimeout });
}

export function place(port: number, changes: Partial<GatewayEndpoint> = {}): GatewayEndpoint {
  return { host: '127.0.0.1', port, tls: true, path: '/', ...changes };
}

export type Attempt = Readonly<{
  socket: GatewaySocket;
  abort: AbortController;
  opened: Promise<void>;
  /** What was called, in order. */
  calls: readonly string[];
  messages: readonly string[];
  ended: Promise<Readonly<{ code: number; reason: string; error: ClawReachError | undefined }>>;
}>;

/** One attempt, with all that is said of it. */
export function attempt(
  endpoint: GatewayEndpoint,
  fingerprint: string | null,
  options: Readonly<{ ca?: readonly string[]; connectTimeout?: number }> = {},
): Attempt {
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Awaited<Attempt['ended']>>();
  const [calls, messages]: [string[], string[]] = [[], []];
  const abort = new AbortController();
  let error: ClawReachError | undefined;
  const socket = machine(options.ca, options.connectTimeout).open(
    endpoint,
    { fingerprint },
    {
      open: () => {
        calls.push('open');
        opened.resolve();
      },
      message: (data) => void messages.push(data),
      error: (problem) => {
        calls.push('error');
        error = problem as ClawReachError;
      },
      close: (code, reason) => {
        calls.push('close');
        ended.resolve({ code, reason, error });
      },
    },
    { signal: abort.signal },
  );
  return { socket, abort, opened: opened.promise, calls, messages, ended: ended.promise };
}
