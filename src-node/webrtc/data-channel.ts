import type { Clock, Timer } from '#shared/clock.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '#shared/link/index.ts';
import { LONGEST_MESSAGE } from './description.ts';
import { guarded, type DataChannel } from './library.ts';

/** More than this in the library's queue and `write` says stop, as with sockets. */
const HIGH_WATER_MARK = 128 * 1024;
const LOW_WATER_MARK = 64 * 1024;
const CLOSE_DEADLINE = 5000;
/**
 * Bytes one side may send before the other has acknowledged some: the library delivers data without being asked, so
 * there is no other back-pressure.
 */
export const CHANNEL_WINDOW = 4 * 1024 * 1024;
const TELL_AFTER = CHANNEL_WINDOW / 4;
/** Smallest size of the pieces into which waiting messages are copied, bytes: a separate message of one byte costs hundreds. */
const KEPT_PIECE = 64 * 1024;
/** The only texts on the channel; bytes of the path are in binary messages. */
const END = 'end';
const CREDIT = /^[1-9][0-9]{0,15}$/;

/**
 * A byte channel over a data channel of WebRTC, reliable and in order. Boundaries of binary messages mean nothing. A text message is a number,
 * how many bytes the receiver lets the sender send in all, or `end`, after which nothing more comes.
 */
export class WebRtcChannel implements ByteChannel {
  readonly #data: DataChannel;
  readonly #clock: Clock;
  /** Ends the connection that carries it. */
  readonly #hangUp: () => void;
  #handlers: ChannelHandlers | undefined;
  /** Received bytes that haven't been read, in pieces filled one after the other; the window bounds them. */
  #kept: { bytes: Uint8Array; length: number }[] = [];
  /** Written, beyond what the other side takes. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sent = 0;
  #maySend = CHANNEL_WINDOW;
  #received = 0;
  #taken = 0;
  #told = CHANNEL_WINDOW;
  #paused = false;
  #delivering = false;
  #drainWanted = false;
  #closing = false;
  #endSent = false;
  /** `end` has come, and what came before it was not wanted yet. */
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
        if (typeof message === 'string') this.#hear(message);
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
    if (this.#isRoomy) return true;
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
    // What still comes is dropped, and counts as taken: the other side's end may be behind it.
    this.#drop();
    this.#send();
  }

  destroy(error?: Error): void {
    this.#end(error);
  }

  /** Ends the channel after its connection has ended. */
  ended(error: Error): void {
    // After our own close, how the other side lets go does not matter.
    this.#end(this.#closing ? undefined : error);
  }

  // — out —

  get #isRoomy(): boolean {
    return this.#pendingBytes === 0 && this.#data.bufferedAmount() <= HIGH_WATER_MARK;
  }

  /** As much as credit and the library's queue have room for; the end behind everything. */
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
      // It has gone, and nobody has told us yet.
      this.#end(new LinkError('link.path-lost', 'the connection broke', { cause: error }));
    }
  }

  /** Small pieces are joined: every message costs as much as some kilobytes. Undefined without credit. */
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
    if (this.#over !== undefined || this.#closing || !this.#drainWanted || !this.#isRoomy) return;
    this.#drainWanted = false;
    this.#handlers?.drain();
  }

  // — in —

  #hear(text: string): void {
    if (this.#over !== undefined) return;
    if (text === END) {
      // The other side waits for our end of the connection, which drops what is still on its way there.
      if (this.#kept.length === 0) this.#end(undefined);
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
    // Nothing would be counted for one without a byte, however many there are.
    if (this.#received > this.#told || this.#ending || bytes.length === 0) {
      this.#end(new LinkError('link.path-lost', 'the other side sent more than it may'));
      return;
    }
    if (this.#closing) {
      this.#count(bytes.length);
      return;
    }
    this.#keep(bytes);
    this.#deliver();
  }

  #keep(bytes: Uint8Array): void {
    const last = this.#kept.at(-1);
    if (last !== undefined && bytes.length <= last.bytes.length - last.length) {
      last.bytes.set(bytes, last.length);
      last.length += bytes.length;
    } else if (this.#kept.length === 0) {
      // Nearly always: it is handed on at once, as it is.
      this.#kept.push({ bytes, length: bytes.length });
    } else {
      const piece = new Uint8Array(Math.max(KEPT_PIECE, bytes.length));
      piece.set(bytes);
      this.#kept.push({ bytes: piece, length: bytes.length });
    }
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (!this.#paused && this.#handlers !== undefined && this.#over === undefined) {
        const piece = this.#kept.shift();
        if (piece === undefined) break;
        const bytes = piece.bytes.subarray(0, piece.length);
        this.#count(bytes.length);
        this.#handlers.data(bytes);
      }
    } finally {
      this.#delivering = false;
    }
    if (this.#ending && this.#kept.length === 0) this.#end(undefined);
  }

  #drop(): void {
    for (const { length } of this.#kept.splice(0)) this.#count(length);
    if (this.#ending) this.#end(undefined);
  }

  /** So much more was taken: lets the other side send more, in steps. */
  #count(bytes: number): void {
    this.#taken += bytes;
    const granted = this.#taken + CHANNEL_WINDOW;
    if (granted - this.#told < TELL_AFTER || this.#over !== undefined) return;
    this.#told = granted;
    try {
      this.#data.sendMessage(String(granted));
    } catch {
      // It has gone; the library tells in a moment.
    }
  }

  // — the end —

  #end(error: Error | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.#deadline?.cancel();
    this.#kept = [];
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
