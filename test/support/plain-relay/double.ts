import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';

/** Message in either direction, of which a test reads what it needs. */
export type PlainMessage = Readonly<{ type?: string; data?: Readonly<Record<string, unknown>> }> &
  Readonly<Record<string, unknown>>;

function parse(data: RawData): PlainMessage {
  // One Buffer, with the default type of binary data.
  return JSON.parse((data as Buffer).toString()) as PlainMessage;
}

/** Connection of a connector or node to the double, from the relay's side. */
export class PlainSocket {
  readonly socket: WebSocket;
  readonly received: PlainMessage[] = [];
  readonly closed: Promise<number>;
  /** Pings that the other side has sent. */
  pings = 0;
  readonly #waiters = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.received.push(parse(data));
      this.#wake();
    });
    socket.on('ping', () => (this.pings += 1));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
  }

  send(type: string, data?: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(data === undefined ? { type } : { type, data }));
  }

  /** Waits for the first message that fits, and takes it and those before it away. */
  async next(what: string, fits: (message: PlainMessage) => boolean): Promise<PlainMessage> {
    const deadline = performance.now() + 15_000;
    for (;;) {
      const at = this.received.findIndex(fits);
      const found = this.received[at];
      if (found !== undefined) {
        this.received.splice(0, at + 1);
        return found;
      }
      if (performance.now() > deadline)
        throw new Error(`no ${what} came: ${JSON.stringify(this.received).slice(0, 500)}`);
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed while waiting for ${what}`);
      await this.#changed();
    }
  }

  async nextOf(type: string, session?: string): Promise<PlainMessage> {
    return await this.next(
      type,
      (message) => message.type === type && (session === undefined || message.data?.['session_id'] === session),
    );
  }

  /** What a session has printed since the last message that was taken, once it contains `text`; takes it away. */
  async output(session: string, text: string): Promise<string> {
    const deadline = performance.now() + 15_000;
    for (;;) {
      const pieces = this.received.filter(({ type, data }) => type === 'stdout' && data?.['session_id'] === session);
      const printed = Buffer.concat(
        pieces.map(({ data }) => Buffer.from(String(data?.['data_b64']), 'base64')),
      ).toString();
      if (printed.includes(text)) {
        for (const piece of pieces) this.received.splice(this.received.indexOf(piece), 1);
        return printed;
      }
      if (performance.now() > deadline)
        throw new Error(`${JSON.stringify(text)} did not come, but ${JSON.stringify(printed)}`);
      await this.#changed();
    }
  }

  async close(code = 1001, reason = 'Server shutting down'): Promise<void> {
    this.socket.close(code, reason);
    await this.closed;
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, 250);
      const waiters = this.#waiters;
      function wake(): void {
        clearTimeout(timer);
        waiters.delete(wake);
        resolve();
      }
      waiters.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
  }
}

/** Request to a function of the double. */
export type FunctionRequest = Readonly<{ path: string; body: unknown }>;

/**
 * A relay of the documented protocol, written from PRIVACLAW.md: `/connect` and `/functions/v1/pair-device`, without TLS on loopback. It accepts every
 * hello with a known token, and does nothing else by itself.
 */
export class PlainRelayDouble {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 });
  readonly connections: PlainSocket[] = [];
  readonly hellos: PlainMessage[] = [];
  readonly requests: FunctionRequest[] = [];
  /** Paths of WebSocket upgrades. */
  readonly upgrades: string[] = [];
  /** Codes that can be exchanged, each once. */
  readonly codes = new Set<string>();
  readonly tokens = new Set<string>();
  workdir = '';
  /** How the next hello is answered. */
  answer: 'ok' | 'refuse' | 'silent' = 'ok';
  /** What `pair-device` answers instead. */
  pairing: Readonly<{ status: number; body: unknown }> | undefined;
  readonly #waiters = new Set<() => void>();
  #taken = 0;

  static async start(port = 0): Promise<PlainRelayDouble> {
    const relay = new PlainRelayDouble();
    relay.#server.listen(port, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket, head) => {
      this.upgrades.push(request.url ?? '');
      if (request.url !== '/connect') {
        socket.destroy();
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (websocket) => this.#accept(websocket));
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get api(): string {
    return `http://127.0.0.1:${this.port}/functions/v1`;
  }

  /** The next connection that has been answered `hello_ok`. */
  async connected(): Promise<PlainSocket> {
    const deadline = performance.now() + 40_000;
    for (;;) {
      const connection = this.connections[this.#taken];
      if (connection !== undefined) {
        this.#taken += 1;
        return connection;
      }
      if (performance.now() > deadline) throw new Error('no connection came');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 250);
        this.#waiters.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(websocket: WebSocket): void {
    const connection = new PlainSocket(websocket);
    websocket.once('message', (data) => {
      const hello = parse(data);
      connection.received.length = 0;
      this.hellos.push(hello);
      const known = hello.type === 'hello' && this.tokens.has(String(hello.data?.['token']));
      if (this.answer === 'silent') return;
      if (this.answer === 'refuse' || !known) {
        connection.send('error', { message: 'Authentication failed' });
        websocket.close(4001, 'Auth failed');
        return;
      }
      connection.send('hello_ok', { workdir: this.workdir });
      this.connections.push(connection);
      for (const wake of this.#waiters) wake();
      this.#waiters.clear();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString() || 'null') as { pairing_code?: string };
    this.requests.push({ path: request.url ?? '', body });
    const { status, body: answer } = this.pairing ?? this.#pair(request.url ?? '', body);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  }

  #pair(path: string, { pairing_code: code = '' }: { pairing_code?: string }): { status: number; body: unknown } {
    if (path !== '/functions/v1/pair-device') return { status: 404, body: { error: 'Not found' } };
    if (!this.codes.delete(code)) return { status: 404, body: { error: 'Invalid or expired pairing code' } };
    const token = `token-of-${code}`;
    this.tokens.add(token);
    return { status: 200, body: { device_id: '11111111-2222-4333-8444-555555555555', token, relay_url: this.url } };
  }
}
