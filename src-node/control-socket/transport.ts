import type { Socket } from 'node:net';
import { APP_TRANSPORT_DRAINED, type AppTransport, type AppTransportHandlers } from '#shared/app-api/index.ts';
import { lengthHeader, FrameSplitter } from './framing.ts';

/** Time for the other side to read the rest before the connection is closed by force, ms. */
const CLOSE_DEADLINE = 2000;

/**
 * Transport of app-api messages (src-shared/app-api) over a local stream socket, each message preceded by its length. Both the agent and its clients
 * use it, on sockets that are already authenticated.
 */
export class SocketTransport implements AppTransport {
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter();
  #handlers: AppTransportHandlers | undefined;
  #error: Error | undefined;
  #over = false;
  #closing = false;
  #wasFull = false;
  #isCorked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Bytes wait in the socket until handlers are set; an end before that is remembered.
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('close', () => this.#finish());
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  send(message: Uint8Array): void {
    if (this.#closing || this.#over) return;
    // The messages of one turn of the event loop leave in one write.
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(lengthHeader(message.length));
    this.#socket.write(message, () => this.#written());
    if (this.bufferedBytes > APP_TRANSPORT_DRAINED) this.#wasFull = true;
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    if (this.#over) {
      queueMicrotask(() => handlers.closed(this.#error));
      return;
    }
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    // Both directions end together: an app-api connection has no use for a half of itself.
    this.#socket.on('end', () => this.#socket.end());
  }

  setPaused(paused: boolean): void {
    if (this.#closing || this.#over) return;
    if (paused) this.#socket.pause();
    // Without handlers, no one would receive the bytes yet.
    else if (this.#handlers !== undefined) this.#socket.resume();
  }

  close(): void {
    if (this.#closing || this.#over) return;
    this.#closing = true;
    const deadline = setTimeout(() => this.#socket.destroy(), CLOSE_DEADLINE);
    deadline.unref();
    this.#socket.once('close', () => clearTimeout(deadline));
    // Bytes that still arrive are read and dropped: unread bytes would turn our end into a reset.
    this.#socket.resume();
    this.#socket.end();
  }

  #receive(chunk: Buffer): void {
    if (this.#closing) return;
    try {
      this.#splitter.push(chunk, (message) => {
        if (!this.#closing) this.#handlers?.message(message);
      });
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #written(): void {
    if (!this.#wasFull || this.bufferedBytes > APP_TRANSPORT_DRAINED) return;
    this.#wasFull = false;
    this.#handlers?.drain();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers?.closed(this.#closing ? undefined : this.#error);
  }
}
