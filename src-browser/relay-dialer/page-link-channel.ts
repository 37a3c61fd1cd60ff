import type { Clock, Timer } from '#shared/clock.ts';
import { concatBytes, releaseBytes } from '#shared/bytes/index.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '#shared/link/index.ts';
import { ORDERLY_CLOSE } from './open-socket.ts';

/** Bytes of one message, approximately; stays below the relay's limit. Message boundaries carry no meaning. */
const MESSAGE_BYTES = 128 * 1024;
/** Bytes in the WebSocket's buffer above which `write` asks the caller to wait. */
const HIGH_WATER_MARK = 512 * 1024;
/** Interval of looking at a full buffer, ms: a page is told nothing when it empties. */
const DRAIN_INTERVAL = 5;
/** Default time limit of closing, ms. */
const CLOSE_DEADLINE = 5000;
/**
 * Most bytes that wait while the channel is paused. A page can't stop its WebSocket from reading, so the channel ends beyond them. The windows of the
 * link's streams keep an honest peer far below.
 */
const MOST_WAITING = 64 * 1024 * 1024;

/** Byte channel over an open WebSocket of a page to a relay, after LINK_READY. Created by `createPageRelayDialer`. */
export class PageLinkChannel implements ByteChannel {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #handlers: ChannelHandlers | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #paused = false;
  #closing = false;
  #over = false;
  #error: Error | undefined;
  #drain: Timer | undefined;
  #deadline: Timer | undefined;

  /** @param first bytes that came with LINK_READY */
  constructor(socket: WebSocket, clock: Clock, first: Uint8Array) {
    this.#socket = socket;
    this.#clock = clock;
    this.#take(first);
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string')
        this.destroy(new LinkError('link.path-lost', 'a text message on a data connection'));
      else this.#take(new Uint8Array(data));
    });
    socket.addEventListener('close', ({ code }) => this.#ended(code));
  }

  get bufferedBytes(): number {
    return this.#over ? 0 : this.#socket.bufferedAmount;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#closing || this.#socket.readyState !== WebSocket.OPEN) return true;
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
    if (this.#socket.bufferedAmount <= HIGH_WATER_MARK) return true;
    this.#drain ??= this.#clock.setTimer(DRAIN_INTERVAL, this.#look);
    return false;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    this.#flow();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flow();
  }

  close(deadline = CLOSE_DEADLINE): void {
    if (this.#closing || this.#over) return;
    this.#closing = true;
    this.#forgetWaiting();
    // The browser sends what is buffered, then the close, and gives up by itself only much later.
    this.#deadline = this.#clock.setTimer(deadline, () => this.#ended(1006));
    this.#socket.close(1000);
  }

  destroy(error?: Error): void {
    if (this.#over) return;
    this.#error ??= error;
    this.#closing = true;
    this.#forgetWaiting();
    this.#socket.close();
    this.#ended(1006);
  }

  #send(pieces: readonly Uint8Array[]): void {
    const message = concatBytes(...pieces);
    for (const piece of pieces) releaseBytes(piece);
    if (message.length > 0) this.#socket.send(message as Uint8Array<ArrayBuffer>);
  }

  readonly #look = (): void => {
    this.#drain = undefined;
    if (this.#over) return;
    if (this.#socket.bufferedAmount > HIGH_WATER_MARK) this.#drain = this.#clock.setTimer(DRAIN_INTERVAL, this.#look);
    else this.#handlers?.drain();
  };

  #take(bytes: Uint8Array): void {
    if (this.#closing || bytes.length === 0) return;
    if (this.#handlers !== undefined && !this.#paused && this.#waiting.length === 0) {
      this.#handlers.data(bytes);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MOST_WAITING)
      this.destroy(new LinkError('link.path-lost', 'more than this page can hold'));
  }

  #forgetWaiting(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #flow(): void {
    while (!this.#paused && this.#handlers !== undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) {
        if (this.#over) this.#report();
        return;
      }
      this.#waitingBytes -= next.length;
      this.#handlers.data(next);
    }
  }

  #ended(code: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#drain?.cancel();
    this.#deadline?.cancel();
    if (!ORDERLY_CLOSE.has(code) && !this.#closing)
      this.#error ??= new LinkError('link.path-lost', `the connection broke (${code})`);
    // While bytes wait for a paused reader, the end waits too; `resume` delivers both.
    if (this.#waiting.length === 0) this.#report();
  }

  #report(): void {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    handlers?.closed(this.#error);
  }
}
