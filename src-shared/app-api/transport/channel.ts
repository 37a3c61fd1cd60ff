import { AppApiError } from './transport.ts';
import { APP_WIRE_LIMITS, encodeWireMessage, type WireMessage } from './wire.ts';

/**
 * Flow of bytes in both directions beside the calls of a connection, such as a terminal's. Each side limits how much the other may send. A channel is
 * over when both sides have ended it. Call `close` on an unused channel, because it counts towards the connection's limit.
 */
export interface AppChannel {
  readonly id: number;
  /** Bytes that have arrived and were not read. */
  readonly unreadBytes: number;
  /** Resolves when the bytes are sent. Waits while the reader at the other end hasn't read one window of earlier bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns the next bytes, or null after the other side has ended its direction. Only one read at a time. */
  read(): Promise<Uint8Array | null>;
  /** Ends this direction after all bytes written before. Idempotent. */
  end(): void;
  /** Ends this direction and drops arriving bytes: reads return null, writes fail. Idempotent. */
  close(): void;
}

/** Functions of a connection that its channels call. */
export interface ChannelLink {
  send(message: Uint8Array): void;
  /** Resolves when the transport can take more bytes. */
  room(): Promise<void>;
  /** Called when both directions have ended. */
  finished(id: number): void;
}

type Waiter = { resolve: () => void; reject: (error: Error) => void };
type Reader = { resolve: (bytes: Uint8Array | null) => void; reject: (error: Error) => void };

/**
 * Implementation of `AppChannel`, the same in the agent and in a user interface. The connection passes arriving messages to `receive`; outgoing ones
 * go to the `ChannelLink`. Touches nothing else.
 */
export class WireChannel implements AppChannel {
  readonly id: number;
  readonly #link: ChannelLink;
  /** Bytes that this side may still send. */
  #credit: number = APP_WIRE_LIMITS.channelWindow;
  /** Bytes that the other side may still send. */
  #allowance: number = APP_WIRE_LIMITS.channelWindow;
  /** Bytes that the reader has processed since the last credit message. */
  #shown = 0;
  #handedOut = 0;
  #queue: Uint8Array[] = [];
  #reader: Reader | undefined;
  #creditWaiter: Waiter | undefined;
  #writing: Promise<void> = Promise.resolve();
  #ended = false;
  #endSent = false;
  #otherEnded = false;
  #closed = false;
  #failure: Error | undefined;

  constructor(id: number, link: ChannelLink) {
    this.id = id;
    this.#link = link;
  }

  get unreadBytes(): number {
    let unread = 0;
    for (const bytes of this.#queue) unread += bytes.length;
    return unread;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.reject(new AppApiError('control.channel-ended', 'this direction has ended'));
    const written = this.#writing.then(() => this.#sendAll(bytes));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  read(): Promise<Uint8Array | null> {
    if (this.#reader !== undefined) throw new TypeError('a read is waiting already');
    this.#giveCredit();
    const bytes = this.#queue.shift();
    if (bytes !== undefined) {
      this.#handedOut = bytes.length;
      return Promise.resolve(bytes);
    }
    if (this.#otherEnded || this.#closed) return Promise.resolve(null);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#writing.then(() => this.#sendEnd());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ended = true;
    this.#queue = [];
    this.#failWaiters(new AppApiError('control.channel-ended', 'the channel is closed'));
    this.#sendEnd();
    this.#link.finished(this.id);
  }

  /** Handles a message from the other side. @throws {AppApiError} `control.protocol` if it violates the channel's rules */
  receive(message: Exclude<WireMessage, { kind: 'control' }>): void {
    if (message.kind === 'credit') {
      if (message.bytes > APP_WIRE_LIMITS.channelWindow - this.#credit) throw violation('more credit than was used');
      this.#credit += message.bytes;
      const waiter = this.#creditWaiter;
      this.#creditWaiter = undefined;
      waiter?.resolve();
      return;
    }
    if (this.#otherEnded) throw violation('data after the end of a channel');
    if (message.kind === 'end') {
      this.#otherEnded = true;
      this.#settleReader(null);
      this.#finishWhenOver();
      return;
    }
    if (message.bytes.length > this.#allowance) throw violation('more data than was allowed');
    this.#allowance -= message.bytes.length;
    if (message.bytes.length === 0) return;
    if (this.#reader === undefined) {
      this.#queue.push(message.bytes);
      return;
    }
    this.#handedOut = message.bytes.length;
    this.#settleReader(message.bytes);
  }

  /** Fails pending and later calls after the connection is lost. Bytes that have arrived can still be read. */
  fail(error: Error): void {
    if (this.#failure !== undefined || this.#closed) return;
    this.#failure = error;
    this.#ended = true;
    this.#endSent = true;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.reject(error);
    this.#failWaiters(error);
  }

  async #sendAll(bytes: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < bytes.length) {
      while (this.#credit === 0) await this.#waitForCredit();
      await this.#link.room();
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#closed) throw new AppApiError('control.channel-ended', 'the channel is closed');
      const length = Math.min(bytes.length - offset, this.#credit, APP_WIRE_LIMITS.data);
      this.#credit -= length;
      const piece = bytes.subarray(offset, offset + length);
      this.#link.send(encodeWireMessage({ kind: 'data', channel: this.id, bytes: piece }));
      offset += length;
    }
  }

  #waitForCredit(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new AppApiError('control.channel-ended', 'the channel is closed'));
    return new Promise((resolve, reject) => {
      this.#creditWaiter = { resolve, reject };
    });
  }

  /** Sends credit for processed bytes. A new read means that the reader has processed the previous bytes. */
  #giveCredit(): void {
    this.#shown += this.#handedOut;
    this.#handedOut = 0;
    if (this.#shown < APP_WIRE_LIMITS.channelWindow / 4 || this.#otherEnded || this.#failure !== undefined) return;
    this.#allowance += this.#shown;
    this.#link.send(encodeWireMessage({ kind: 'credit', channel: this.id, bytes: this.#shown }));
    this.#shown = 0;
  }

  #sendEnd(): void {
    if (this.#endSent) return;
    this.#endSent = true;
    this.#link.send(encodeWireMessage({ kind: 'end', channel: this.id }));
    this.#finishWhenOver();
  }

  #finishWhenOver(): void {
    if (this.#endSent && this.#otherEnded && !this.#closed) this.#link.finished(this.id);
  }

  #settleReader(value: Uint8Array | null): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(value);
  }

  #failWaiters(error: Error): void {
    const waiter = this.#creditWaiter;
    this.#creditWaiter = undefined;
    waiter?.reject(error);
    this.#settleReader(null);
  }
}

function violation(message: string): AppApiError {
  return new AppApiError('control.protocol', message);
}
