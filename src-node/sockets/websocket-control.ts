import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { ControlChannel, ControlHandlers } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Time limit of closing, ms. */
const CLOSE_DEADLINE = 1000;
const decoder = new TextDecoder();

/** Control connection to the relay over a WebSocket that is open and paused. Created by `createRelayDialer`. */
export class WebSocketControl implements ControlChannel {
  readonly tlsPin: Uint8Array;
  readonly remoteAddress: string;
  readonly #websocket: WebSocket;
  readonly #clock: Clock;
  #error: Error | undefined;

  constructor(websocket: WebSocket, socket: Socket, tlsPin: Uint8Array, clock: Clock) {
    this.#websocket = websocket;
    this.#clock = clock;
    this.tlsPin = tlsPin;
    this.remoteAddress = addressOf(socket);
    websocket.on('error', (error: Error) => {
      this.#error ??= error;
    });
  }

  get bufferedBytes(): number {
    return this.#websocket.bufferedAmount;
  }

  sendText(text: string): void {
    if (this.#websocket.readyState === this.#websocket.OPEN) this.#websocket.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#websocket.readyState === this.#websocket.OPEN) this.#websocket.send(bytes, { binary: true });
  }

  ping(): void {
    if (this.#websocket.readyState === this.#websocket.OPEN) this.#websocket.ping();
  }

  setHandlers(handlers: ControlHandlers): void {
    const websocket = this.#websocket;
    websocket.on('message', (data: RawData, isBinary: boolean) => {
      const bytes = messageBytes(data);
      if (isBinary) handlers.binary(bytes);
      else handlers.text(decoder.decode(bytes));
    });
    websocket.on('ping', () => handlers.alive('ping'));
    websocket.on('pong', () => handlers.alive('pong'));
    if (websocket.readyState === websocket.CLOSED) handlers.closed(this.#error);
    else
      websocket.on('close', (code, reason) => handlers.closed(this.#error, { code, reason: decoder.decode(reason) }));
    websocket.resume();
  }

  close(): void {
    const websocket = this.#websocket;
    const deadline = this.#clock.setTimer(CLOSE_DEADLINE, () => websocket.terminate());
    websocket.once('close', () => deadline.cancel());
    websocket.close(1000);
    websocket.resume();
  }

  terminate(): void {
    this.#websocket.terminate();
  }
}

/**
 * Returns a message as a Uint8Array, not a Buffer, whose `slice` would be a view. With `binaryType` nodebuffer `ws` always delivers one Buffer; the
 * other forms exist in its types only.
 */
export function messageBytes(data: RawData): Uint8Array {
  const buffer = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Returns `host:port` of the other end; empty if the socket is closed. */
function addressOf(socket: Socket): string {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return '';
  return remoteAddress.includes(':') ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}
