import type { WebSocket, RawData } from 'ws';
import type { Clock, Timer } from '#shared/clock.ts';

/** Close code of a server that can't send fast enough (IANA WebSocket close codes, "Try Again Later"). */
const CLOSE_BEHIND = 1013;
/** Close code of an unexpected error (RFC 6455 section 7.4.1). */
const CLOSE_INTERNAL = 1011;

/** Limits and callbacks of a `RouteSocket`. */
export type RouteSocketOptions = Readonly<{
  clock: Clock;
  /** Interval of pings, ms, and how many may go unanswered. */
  pingInterval: number;
  misses: number;
  /** Unsent bytes at which the socket closes with 1013. */
  maxBuffered: number;
  /** Called with an error that the feature's `onMessage` or `onClose` threw. */
  failed(error: unknown): void;
}>;

/**
 * WebSocket of a feature's route. Pings the client and drops it after two missed answers, and closes it with 1013 once it is too far behind. Created by
 * `FeatureSockets`; the feature sets the callbacks.
 */
export class RouteSocket {
  /** Called with each message: a string for text, bytes for binary. An error in it closes the socket with 1011. */
  onMessage: ((message: string | Buffer) => void) | undefined;
  /** Called once, when the socket has closed: with the client's code and reason, or 1006 if the connection broke. */
  onClose: ((code: number, reason: string) => void) | undefined;
  readonly #socket: WebSocket;
  readonly #options: RouteSocketOptions;
  #timer: Timer;
  #unanswered = 0;

  constructor(socket: WebSocket, options: RouteSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#timer = this.#schedule();
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#unanswered = 0;
    });
    socket.on('close', (code, reason) => this.#closed(code, reason));
    // A broken socket also emits `close`, and the library answers malformed frames.
    socket.on('error', () => undefined);
  }

  /** Reports whether messages can be sent. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Bytes that the client hasn't taken yet. */
  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends a text or binary message. Returns false if the socket is closed, or closes now because the client is too far behind. */
  send(message: string | Uint8Array): boolean {
    if (!this.isOpen) return false;
    if (this.#socket.bufferedAmount > this.#options.maxBuffered) {
      this.close(CLOSE_BEHIND, 'too far behind');
      return false;
    }
    this.#socket.send(message);
    return true;
  }

  /** Sends a value as a JSON text message. */
  sendJson(value: unknown): boolean {
    return this.send(JSON.stringify(value));
  }

  /**
   * Begins the closing handshake; a client that doesn't answer is dropped after 2 s. No effect on a closed socket.
   * @param reason at most 123 bytes
   */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Drops the connection at once. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Stops reading, so that the client's messages wait in the network. Pings still work from this side. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#socket.resume();
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#unanswered = 0;
    // Messages after our close message are ignored.
    if (!this.isOpen || !Buffer.isBuffer(data)) return;
    try {
      this.onMessage?.(isBinary ? data : data.toString('utf8'));
    } catch (error) {
      this.#options.failed(error);
      this.close(CLOSE_INTERNAL, 'internal error');
    }
  }

  #closed(code: number, reason: Buffer): void {
    this.#timer.cancel();
    try {
      this.onClose?.(code, reason.toString('utf8'));
    } catch (error) {
      this.#options.failed(error);
    }
  }

  #schedule(): Timer {
    return this.#options.clock.setTimer(this.#options.pingInterval, () => this.#tick());
  }

  #tick(): void {
    if (this.#unanswered >= this.#options.misses) {
      this.terminate();
      return;
    }
    this.#timer = this.#schedule();
    // A paused socket doesn't see its pongs.
    if (this.#socket.isPaused) this.#unanswered = 0;
    else this.#unanswered += 1;
    if (this.isOpen) this.#socket.ping();
  }
}
