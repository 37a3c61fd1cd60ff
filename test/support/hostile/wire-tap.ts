import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { RunningRelay } from '#relay/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';

/** Bytes in one direction of one socket, in order; WebSocket messages without their masks. */
export type Wire = Readonly<{ kind: 'control' | 'link'; toAgent: boolean; pieces: Uint8Array[] }>;
export type ControlText = Readonly<Record<string, unknown>> & Readonly<{ type: string }>;

/**
 * Sits between devices and a real relay, on real sockets: both sides believe to talk to each other. Keeps every byte, also what is behind the
 * base64url of control messages, and changes what a test tells it to.
 */
export class WireTap {
  readonly wires: Wire[] = [];
  /** Control messages of either direction; `connection` counts control connections from 0. */
  change: (message: ControlText, toAgent: boolean, connection: number) => readonly ControlText[] = (message) => [
    message,
  ];
  /** Pieces of a data connection, behind the ticket and the ready byte too. */
  changeLink: (bytes: Uint8Array, toAgent: boolean) => Uint8Array = (bytes) => bytes;
  readonly #relay: RunningRelay;
  readonly #server: Server;
  readonly #sockets = new Set<Readonly<{ destroy(): void }>>();
  /** Devices' ends of the control connections. */
  readonly #agents: WebSocket[] = [];

  static async open(relay: RunningRelay): Promise<WireTap> {
    const tap = new WireTap(relay);
    tap.#server.listen(0, '127.0.0.1');
    await once(tap.#server, 'listening');
    return tap;
  }

  private constructor(relay: RunningRelay) {
    this.#relay = relay;
    // A page is loaded from here, too; what it is doesn't matter.
    this.#server = createServer((_, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html>'),
    );
    const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#keep(socket);
      if (request.headers.upgrade?.toLowerCase() === 'websocket') {
        webSockets.handleUpgrade(request, socket, head, (agent) => this.#control(agent, request));
      } else this.#link(request, socket, head);
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Everything that was recorded, one run of bytes for each direction of each socket. */
  get recorded(): readonly Uint8Array[] {
    return this.wires.map(({ pieces }) => Buffer.concat(pieces));
  }

  get bytes(): number {
    return this.recorded.reduce((sum, { length }) => sum + length, 0);
  }

  count(kind: Wire['kind']): number {
    return this.wires.filter((wire) => wire.kind === kind && wire.pieces.length > 0).length;
  }

  /** Says something to a device in the name of the relay. @param connection number of its control connection */
  tell(connection: number, ...messages: readonly ControlText[]): void {
    for (const message of messages) this.#agents[connection]?.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Carries a control connection, or the data connection of a page, which is a WebSocket too. */
  #control(agent: WebSocket, { url = '', headers: { host = '', origin } }: IncomingMessage): void {
    const kind = url === RELAY_PATHS.link ? 'link' : 'control';
    const connection = this.#agents.length;
    if (kind === 'control') this.#agents.push(agent);
    const headers = { host, ...(origin === undefined ? {} : { origin }) };
    const relay = new WebSocket(`${this.#relay.url}${url}`, { perMessageDeflate: false, headers });
    this.#sockets.add({ destroy: () => relay.terminate() });
    const opened = once(relay, 'open');
    opened.catch(() => undefined);
    const carry = (from: WebSocket, to: WebSocket, toAgent: boolean): void => {
      const wire = this.#wire(kind, toAgent);
      let before: Promise<unknown> = opened;
      from.on('message', (data: Buffer, isBinary) => {
        wire.pieces.push(Uint8Array.from(data));
        const messages = isBinary ? [data] : this.#changed(data.toString(), wire, toAgent, connection);
        before = before.then(() => {
          for (const message of messages) to.send(message, { binary: isBinary });
          return undefined;
        });
        before.catch(() => undefined);
      });
      from.on('ping', () => to.readyState === WebSocket.OPEN && to.ping());
      from.on('close', () => to.terminate());
      from.on('error', () => to.terminate());
    };
    carry(agent, relay, false);
    carry(relay, agent, true);
  }

  #changed(text: string, wire: Wire, toAgent: boolean, connection: number): string[] {
    const message = JSON.parse(text) as ControlText;
    for (const value of Object.values(message).flat()) {
      // What the base64url hides is no secret either.
      if (typeof value === 'string' && /^[A-Za-z0-9_-]{8,}$/.test(value) && value.length % 4 !== 1) {
        wire.pieces.push(decoded(value));
      }
    }
    return this.change(message, toAgent, connection).map((changed) => JSON.stringify(changed));
  }

  #link(request: IncomingMessage, agent: Socket, head: Buffer): void {
    const relay = connect({ host: '127.0.0.1', port: this.#relay.port, noDelay: true });
    this.#keep(relay);
    const fields = request.rawHeaders.flatMap((name, index, all) =>
      index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ''}`] : [],
    );
    relay.write(`GET ${request.url ?? ''} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`);
    const carry = (from: Socket, to: Socket, toAgent: boolean): ((bytes: Uint8Array) => void) => {
      const wire = this.#wire('link', toAgent);
      const take = (bytes: Uint8Array): void => {
        wire.pieces.push(Uint8Array.from(bytes));
        to.write(this.changeLink(bytes, toAgent));
      };
      from.on('data', take);
      from.on('end', () => to.end());
      from.on('close', () => to.destroy());
      return take;
    };
    const fromAgent = carry(agent, relay, false);
    carry(relay, agent, true);
    if (head.length > 0) fromAgent(head);
  }

  #wire(kind: Wire['kind'], toAgent: boolean): Wire {
    const wire: Wire = { kind, toAgent, pieces: [] };
    this.wires.push(wire);
    return wire;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

function decoded(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch {
    return new Uint8Array(0);
  }
}
