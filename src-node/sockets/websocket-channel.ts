import type { RawData, WebSocket } from 'ws';
import { concatBytes, releaseBytes } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '#shared/link/index.ts';
import { messageBytes } from './websocket-control.ts';

/** Bytes of one message, approximately; stays below the relay's limit. Message boundaries carry no meaning. */
const MESSAGE_BYTES = 128 * 1024;
/** Bytes in the WebSocket's buffer above which `write` asks the caller to wait. */
const HIGH_WATER_MARK = 512 * 1024;
/** Default time limit of closing, ms. */
const CLOSE_DEADLINE = 5000;
/** Close codes of an orderly end (RFC 6455 section 7.4.1). */
const ORDERLY: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/**
 * Byte channel over an open WebSocket to the relay, for networks that block the raw form of data connections. `ws` may deliver messages that it had
 * read before it was paused, so those wait here: at most the bytes of one read of the socket.
 */
export class WebSocketChannel implements ByteChannel {
  readonly #websocket: WebSocket;
  readonly #clock: Clock;
  #handlers: ChannelHandlers | undefined;
  #waiting: Uint8Array[] = [];
  #paused = false;
  #drainWanted = false;
  #closing = false;
  #error: Error | undefined;
  #over = false;
  #deadline: Timer | undefined;

  constructor(websocket: WebSocket, clock: Clock, first?: Uint8Array) {
    this.#websocket = websocket;
    this.#clock = clock;
    if (first !== undefined && first.length > 0) this.#waiting.push(first);
    websocket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) this.#take(messageBytes(data));
      else this.destroy(new LinkError('link.path-lost', 'a text message on a data connection'));
    });
    websocket.on('error', (error: Error) => {
      if (!this.#closing) this.#error ??= new LinkError('link.path-lost', error.message, { cause: error });
    });
    websocket.on('close', (code: number) => this.#ended(code));
    if (websocket.readyState === websocket.CLOSED) this.#ended(1006);
  }

  get bufferedBytes(): number {
    return this.#websocket.readyState === this.#websocket.CLOSED ? 0 : this.#websocket.bufferedAmount;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    const websocket = this.#websocket;
    if (this.#closing || websocket.readyState !== websocket.OPEN) return true;
    let first = 0;
    let bytes = 0;
    for (let index = 0; index < pieces.length; index += 1) {
      bytes += pieces[index]?.length ?? 0;
      if (bytes >= MESSAGE_BYTES || index === pieces.length - 1) {
        this.#send(pieces.slice(first, index + 1));
        first = index + 1;
        bytes = 0;
      }
    }
    if (websocket.bufferedAmount <= HIGH_WATER_MARK) return true;
    this.#drainWanted = true;
    return false;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    this.#flow();
  }

  pause(): void {
    this.#paused = true;
    this.#websocket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#flow();
  }

  close(deadline = CLOSE_DEADLINE): void {
    if (this.#closing || this.#over) return;
    this.#closing = true;
    this.#waiting = [];
    this.#deadline = this.#clock.setTimer(deadline, () => this.#websocket.terminate());
    this.#websocket.close(1000);
    // Later messages are read and dropped, so that the answer to our close is reached.
    this.#websocket.resume();
  }

  destroy(error?: Error): void {
    if (this.#over) return;
    this.#error ??= error;
    this.#closing = true;
    this.#waiting = [];
    this.#websocket.terminate();
  }

  #send(pieces: readonly Uint8Array[]): void {
    const [only] = pieces;
    const message = pieces.length === 1 && only !== undefined ? only : concatBytes(...pieces);
    if (message !== only) for (const piece of pieces) releaseBytes(piece);
    if (message.length > 0) this.#websocket.send(message, { binary: true }, this.#onSent);
  }

  readonly #onSent = (): void => {
    if (!this.#drainWanted || this.#over || this.#websocket.bufferedAmount > HIGH_WATER_MARK) return;
    this.#drainWanted = false;
    this.#handlers?.drain();
  };

  #take(bytes: Uint8Array): void {
    if (this.#closing || bytes.length === 0) return;
    if (this.#handlers === undefined || this.#paused || this.#waiting.length > 0) this.#waiting.push(bytes);
    else this.#handlers.data(bytes);
  }

  #flow(): void {
    while (!this.#paused && this.#handlers !== undefined) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#handlers.data(next);
        continue;
      }
      if (this.#over) this.#report();
      else this.#websocket.resume();
      return;
    }
  }

  #ended(code: number): void {
    this.#over = true;
    this.#deadline?.cancel();
    if (!ORDERLY.has(code) && !this.#closing) {
      this.#error ??= new LinkError('link.path-lost', `the connection broke (${code})`);
    }
    // While bytes wait for a paused reader, the end waits too; `resume` delivers both.
    if (this.#waiting.length === 0) this.#report();
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#error);
  }
}
