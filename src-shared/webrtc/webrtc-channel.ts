import type { Clock, Timer } from '../clock.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '../link/index.ts';
import { guarded, type DataChannel } from './data-channel.ts';
import { LONGEST_MESSAGE } from './description.ts';

/** Bytes in the library's queue above which `write` asks the caller to wait. */
const HIGH_WATER_MARK = 128 * 1024;
/** Bytes in the library's queue at which sending resumes. */
const LOW_WATER_MARK = 64 * 1024;
/** Default time limit of closing, ms. */
const CLOSE_DEADLINE = 5000;
/**
 * Bytes that one side may send before the other side has processed some. The library delivers received data at once, so this credit is the only
 * back-pressure.
 */
export const CHANNEL_WINDOW = 4 * 1024 * 1024;
/** Processed bytes after which new credit is sent. */
const CREDIT_STEP = CHANNEL_WINDOW / 4;
/** Smallest buffer into which waiting messages are copied, bytes. Without it, each message of one byte would cost hundreds of bytes of memory. */
const UNREAD_PIECE = 64 * 1024;
/** Text message that ends the channel. Bytes of the path are in binary messages. */
const END = 'end';
/** Text message that grants credit. */
const CREDIT = /^[1-9][0-9]{0,15}$/;

/**
 * Byte channel over a WebRTC data channel, reliable and ordered; carries the UDP transport's paths. Boundaries of binary messages carry no meaning. A
 * text message is either a number, the total of bytes that the receiver allows the sender to send, or `end`, after which nothing follows.
 */
export class WebRtcChannel implements ByteChannel {
  readonly #data: DataChannel;
  readonly #clock: Clock;
  /** Closes the WebRTC connection that carries the channel. */
  readonly #hangUp: () => void;
  #handlers: ChannelHandlers | undefined;
  /** Received bytes that the owner has not taken yet, in buffers filled one after the other; the credit limits them. */
  #unread: { bytes: Uint8Array; length: number }[] = [];
  /** Written pieces that wait for credit or for the library's queue. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sent = 0;
  #maySend = CHANNEL_WINDOW;
  #received = 0;
  #taken = 0;
  #granted = CHANNEL_WINDOW;
  #paused = false;
  #delivering = false;
  #drainWanted = false;
  #closing = false;
  #endSent = false;
  /** True if `end` has arrived while received bytes still wait for the owner. */
  #ending = false;
  #deadline: Timer | undefined;
  #over: Readonly<{ error: Error | undefined }> | undefined;

  constructor(data: DataChannel, clock: Clock, hangUp: () => void) {
    this.#data = data;
    this.#clock = clock;
    this.#hangUp = hangUp;
    data.setBufferedAmountLowThreshold(LOW_WATER_MARK);
    data.onBufferedAmountLow(guarded(() => this.#flush()));
    data.onMessage(
      guarded((message: string | Uint8Array) => {
        if (typeof message === 'string') this.#handleText(message);
        else this.#take(message);
      }),
    );
  }

  get bufferedBytes(): number {
    return this.#over === undefined ? this.#pendingBytes + this.#data.bufferedAmount() : 0;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#closing || this.#over !== undefined) return true;
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#pending.push(piece);
      this.#pendingBytes += piece.length;
    }
    this.#send();
    if (this.#hasRoom) return true;
    this.#drainWanted = true;
    return false;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    this.#deliver();
    if (this.#over !== undefined) this.#report();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#deliver();
  }

  close(deadline = CLOSE_DEADLINE): void {
    if (this.#closing || this.#over !== undefined) return;
    this.#closing = true;
    this.#deadline = this.#clock.setTimer(deadline, () => this.#end(undefined));
    // Later bytes are dropped and count as processed, so that the other side's end gets through.
    this.#drop();
    this.#send();
  }

  destroy(error?: Error): void {
    this.#end(error);
  }

  /** Ends the channel after its connection has ended. */
  ended(error: Error): void {
    // After our own close, errors of the other side don't matter.
    this.#end(this.#closing ? undefined : error);
  }

  // — out —

  get #hasRoom(): boolean {
    return this.#pendingBytes === 0 && this.#data.bufferedAmount() <= HIGH_WATER_MARK;
  }

  /** Sends as much as credit and the library's queue allow, and `end` after everything else. */
  #send(): void {
    try {
      while (this.#pendingBytes > 0 && this.#data.bufferedAmount() <= HIGH_WATER_MARK) {
        const message = this.#nextMessage();
        if (message === undefined) return;
        this.#sent += message.length;
        this.#data.sendMessageBinary(message);
      }
      if (!this.#closing || this.#endSent || this.#pendingBytes > 0) return;
      this.#endSent = true;
      this.#data.sendMessage(END);
    } catch (error) {
      // The connection is gone, and the library has not reported it yet.
      this.#end(new LinkError('link.path-lost', 'the connection broke', { cause: error }));
    }
  }

  /** Returns the next message, joined from small pieces, since every message costs as much as some kilobytes; undefined without credit. */
  #nextMessage(): Uint8Array | undefined {
    const room = Math.min(LONGEST_MESSAGE, this.#maySend - this.#sent, this.#pendingBytes);
    if (room <= 0) return undefined;
    this.#pendingBytes -= room;
    const [first] = this.#pending;
    if (first !== undefined && first.length >= room) {
      this.#shift(first, room);
      return first.subarray(0, room);
    }
    const message = new Uint8Array(room);
    for (let filled = 0; filled < room;) {
      const [piece] = this.#pending;
      if (piece === undefined) break;
      const count = Math.min(piece.length, room - filled);
      message.set(piece.subarray(0, count), filled);
      this.#shift(piece, count);
      filled += count;
    }
    return message;
  }

  #shift(piece: Uint8Array, count: number): void {
    if (count === piece.length) this.#pending.shift();
    else this.#pending[0] = piece.subarray(count);
  }

  #flush(): void {
    if (this.#over !== undefined) return;
    this.#send();
    if (this.#over !== undefined || this.#closing || !this.#drainWanted || !this.#hasRoom) return;
    this.#drainWanted = false;
    this.#handlers?.drain();
  }

  // — in —

  #handleText(text: string): void {
    if (this.#over !== undefined) return;
    if (text === END) {
      // The other side waits for us to close the connection; bytes on the way to it are lost.
      if (this.#unread.length === 0) this.#end(undefined);
      else this.#ending = true;
      return;
    }
    const credit = CREDIT.test(text) ? Number(text) : 0;
    if (credit < this.#maySend || credit > this.#sent + CHANNEL_WINDOW) {
      this.#end(new LinkError('link.path-lost', 'the other side broke the rules of the channel'));
      return;
    }
    this.#maySend = credit;
    this.#flush();
  }

  #take(bytes: Uint8Array): void {
    if (this.#over !== undefined) return;
    this.#received += bytes.length;
    // Empty messages would escape the credit.
    if (this.#received > this.#granted || this.#ending || bytes.length === 0) {
      this.#end(new LinkError('link.path-lost', 'the other side sent more than it may'));
      return;
    }
    if (this.#closing) {
      this.#count(bytes.length);
      return;
    }
    this.#store(bytes);
    this.#deliver();
  }

  #store(bytes: Uint8Array): void {
    const last = this.#unread.at(-1);
    if (last !== undefined && bytes.length <= last.bytes.length - last.length) {
      last.bytes.set(bytes, last.length);
      last.length += bytes.length;
    } else if (this.#unread.length === 0) {
      // The usual case: the message is delivered at once, without a copy.
      this.#unread.push({ bytes, length: bytes.length });
    } else {
      const piece = new Uint8Array(Math.max(UNREAD_PIECE, bytes.length));
      piece.set(bytes);
      this.#unread.push({ bytes: piece, length: bytes.length });
    }
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (!this.#paused && this.#handlers !== undefined && this.#over === undefined) {
        const piece = this.#unread.shift();
        if (piece === undefined) break;
        const bytes = piece.bytes.subarray(0, piece.length);
        this.#count(bytes.length);
        this.#handlers.data(bytes);
      }
    } finally {
      this.#delivering = false;
    }
    if (this.#ending && this.#unread.length === 0) this.#end(undefined);
  }

  #drop(): void {
    for (const { length } of this.#unread.splice(0)) this.#count(length);
    if (this.#ending) this.#end(undefined);
  }

  /** Counts processed bytes and, in steps, grants the other side new credit. */
  #count(bytes: number): void {
    this.#taken += bytes;
    const granted = this.#taken + CHANNEL_WINDOW;
    if (granted - this.#granted < CREDIT_STEP || this.#over !== undefined) return;
    this.#granted = granted;
    try {
      this.#data.sendMessage(String(granted));
    } catch {
      // The connection is gone; the library reports it in a moment.
    }
  }

  // — the end —

  #end(error: Error | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.#deadline?.cancel();
    this.#unread = [];
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#hangUp();
    queueMicrotask(() => this.#report());
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined || this.#over === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#over.error);
  }
}
