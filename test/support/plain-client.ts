import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Message of the documented protocol. */
export type PlainMessage = Readonly<{ type?: string; data?: Readonly<Record<string, unknown>> }> &
  Readonly<Record<string, unknown>>;

/** Bare client of `/connect` or `/session`: sends what it is told, and keeps what comes. */
export class PlainClient {
  readonly socket: WebSocket;
  readonly messages: PlainMessage[] = [];
  readonly closed: Promise<Readonly<{ code: number; reason: string }>>;
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false });
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as PlainMessage);
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.closed = once(this.socket, 'close').then(([code, reason]) => {
      this.#isClosed = true;
      this.#wake();
      return { code: code as number, reason: String(reason) };
    });
  }

  /** Opens a connection; rejects if the server doesn't. */
  static async open(url: string, headers?: Readonly<Record<string, string>>): Promise<PlainClient> {
    const client = new PlainClient(url, headers);
    await Promise.race([once(client.socket, 'open'), client.closed.then(() => Promise.reject(new Error('refused')))]);
    return client;
  }

  send(type: string, data?: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(data === undefined ? { type } : { type, data }));
  }

  raw(message: string | Uint8Array): void {
    this.socket.send(message);
  }

  /** Waits for a message, among those after the first `from`. */
  async next(type: string, from = 0): Promise<PlainMessage> {
    return this.find((message) => message.type === type, from);
  }

  async find(matches: (message: PlainMessage) => boolean, from = 0): Promise<PlainMessage> {
    for (;;) {
      const found = this.messages.slice(from).find((message) => matches(message));
      if (found !== undefined) return found;
      if (this.#isClosed) throw new Error(`closed: ${JSON.stringify(this.messages)}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** Returns the messages of a type. */
  of(type: string): PlainMessage[] {
    return this.messages.filter((message) => message.type === type);
  }

  /**
   * Waits until everything that this client has sent was handled: the relay answers malformed messages in their order.
   */
  async settled(): Promise<void> {
    const from = this.messages.length;
    this.raw('?');
    await this.find((message) => message.type === 'error' && message.data?.['message'] === 'Invalid JSON', from);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
