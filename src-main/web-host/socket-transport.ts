import type { WebSocket } from 'ws';
import { APP_TRANSPORT_DRAINED, type AppTransport, type AppTransportHandlers } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Interval between two pings to a browser, ms; one that didn't answer by the next ping is disconnected. */
const PING_INTERVAL = 30_000;
/** Longest wait for the closing handshake, ms. */
const CLOSE_DEADLINE = 2000;
/** Number of bytes that may wait for a slow browser before it is disconnected. */
const MAX_BUFFERED = 48 * 1024 * 1024;

/**
 * Transport between the web host and a window in a browser, over its WebSocket, with binary messages. Used by `startWebHost`, which connects it with
 * a transport to the agent.
 */
export class WebSocketTransport implements AppTransport {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #handlers: AppTransportHandlers | undefined;
  #error: Error | undefined;
  #closing = false;
  #over = false;
  #wasFull = false;
  #paused = true;
  #answered = true;
  #timer: Timer | undefined;

  /** Wraps a socket. @param socket open, and nothing received yet */
  constructor(socket: WebSocket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    // Without handlers, received data stays in the network.
    socket.pause();
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('close', () => this.#finish());
    socket.on('pong', () => {
      this.#answered = true;
    });
    this.#watch();
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): void {
    if (this.#closing || this.#over) return;
    this.#socket.send(message, { binary: true }, () => this.#written());
    if (this.bufferedBytes > APP_TRANSPORT_DRAINED) this.#wasFull = true;
    if (this.bufferedBytes > MAX_BUFFERED) this.#socket.terminate();
  }

  setHandlers(handlers: AppTransportHandlers): void {
    this.#handlers = handlers;
    if (this.#over) {
      queueMicrotask(() => handlers.closed(this.#error));
      return;
    }
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.setPaused(false);
  }

  setPaused(paused: boolean): void {
    if (this.#over || this.#closing || (!paused && this.#handlers === undefined)) return;
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }

  close(): void {
    this.closeWith(1000);
  }

  /** Closes the socket. @param code of RFC 6455, 7.4, or one of WEB_HOST_CLOSE */
  closeWith(code: number): void {
    if (this.#closing || this.#over) return;
    this.#closing = true;
    this.#socket.close(code);
    // The browser's close frame has to be read.
    this.#socket.resume();
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(CLOSE_DEADLINE, () => this.#socket.terminate());
  }

  #receive(data: WebSocket.RawData, isBinary: boolean): void {
    if (this.#closing) return;
    if (!isBinary || !(data instanceof Uint8Array)) {
      this.closeWith(1003);
      return;
    }
    this.#handlers?.message(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  #watch(): void {
    this.#timer = this.#clock.setTimer(PING_INTERVAL, () => {
      // A paused connection can't receive the answer.
      if (!this.#paused) {
        if (!this.#answered) {
          this.#socket.terminate();
          return;
        }
        this.#answered = false;
        this.#socket.ping();
      }
      this.#watch();
    });
  }

  #written(): void {
    if (!this.#wasFull || this.#over || this.bufferedBytes > APP_TRANSPORT_DRAINED) return;
    this.#wasFull = false;
    this.#handlers?.drain();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    this.#handlers?.closed(this.#closing ? undefined : this.#error);
  }
}
