import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { DataConnection, type DataConnectionOwner } from './data-connection.ts';

/** Close code of a normal end (RFC 6455 section 7.4.1). */
const CLOSE_NORMAL = 1000;
/**
 * Limit of bytes received before the ticket is complete; a WebSocket message with a ticket has 38 bytes. The library buffers each message as a whole,
 * so a client without a ticket could otherwise fill the memory with a large one.
 */
const MOST_BEFORE_TICKET = 512;

/** Data connection over a WebSocket: binary messages whose boundaries carry no meaning. `Hub` creates it. Touches its socket only. */
export class WebSocketDataConnection extends DataConnection {
  readonly #socket: WebSocket;

  /**
   * @param wire TCP or TLS socket that carries the WebSocket
   * @param bound number of bytes buffered for the other side's socket at which this side stops reading
   */
  constructor(socket: WebSocket, wire: Socket, owner: DataConnectionOwner, bound: number) {
    super(owner, bound);
    this.#socket = socket;
    // Messages are delivered in the pieces in which they arrived, without copying them into one.
    socket.binaryType = 'fragments';
    wire.setNoDelay(true);
    socket.on('message', (data: RawData, isBinary: boolean) => this.#message(data, isBinary));
    socket.on('error', () => this.wireEnded());
    socket.on('close', () => this.wireClosed());
    this.#guard(wire);
  }

  override start(): void {
    // The library has already returned early bytes to the socket.
  }

  protected override get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Always false: the library allocates new memory for each message. */
  protected override get lendsChunks(): boolean {
    return false;
  }

  protected override write(chunk: Uint8Array, flushed?: () => void): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(chunk, flushed);
  }

  protected override stopReading(): void {
    this.#socket.pause();
  }

  protected override startReading(): void {
    this.#socket.resume();
  }

  protected override finish(): void {
    this.#socket.close(CLOSE_NORMAL);
  }

  override destroy(): void {
    this.#socket.terminate();
  }

  /** Drops the connection if too many bytes arrive before the ticket. */
  #guard(wire: Socket): void {
    let arrived = 0;
    const count = (chunk: Uint8Array): void => {
      arrived += chunk.length;
      if (!this.awaitsTicket) wire.off('data', count);
      else if (arrived > MOST_BEFORE_TICKET) this.destroy();
    };
    wire.on('data', count);
  }

  #message(data: RawData, isBinary: boolean): void {
    if (!isBinary) {
      this.wireEnded();
      return;
    }
    if (Array.isArray(data)) for (const piece of data) this.receive(piece);
    else this.receive(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  }
}
