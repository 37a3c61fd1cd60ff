import { AppApiError } from './transport.ts';
import { APP_WIRE_LIMITS, encodeWireMessage, type WireMessage } from './wire.ts';

/**
 * Bytes in both directions beside the calls of a connection, such as a terminal; each side limits what the other may send. A channel is over when
 * both sides have ended. Call `close` on an unused one, or it keeps counting among the connection's channels.
 */
export interface AppChannel {
  readonly id: number;
  /** Bytes that have arrived and were not read yet. */
  readonly unreadBytes: number;
  /** Resolves when the bytes are sent. It waits for the reader at the other end, so that at most one window is in flight. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns the next bytes, or null when the other side has ended its direction. One reader at a time. */
  read(): Promise<Uint8Array | null>;
  /** Ends this direction after what was written. Idempotent. */
  end(): void;
  /** Ends this direction and drops what arrives: reads return null, writes fail. Idempotent. */
  close(): void;
}

/** Part of a connection that a channel uses. */
export interface ChannelLink {
  send(message: Uint8Array): void;
  /** Resolves when the transport can take more. */
  room(): Promise<void>;
  /** Called when both directions have ended. */
  finished(id: number): void;
}

type Waiter = { resolve: () => void; reject: (error: Error) => void };
type Reader = { resolve: (bytes: Uint8Array | null) => void; reject: (error: Error) => void };

/** Both ends of a channel; the connection passes arriving messages to it. */
export class WireChannel implements AppChannel {
  readonly id: number;
  readonly #link: ChannelLink;
  /** Bytes that the other side allows. */
  #credit: number = APP_WIRE_LIMITS.channelWindow;
  /** Bytes that we allow the other side. */
  #allowance: number = APP_WIRE_LIMITS.channelWindow;
  /** Bytes that the reader has finished with. */
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

  /** Handles a message of the other side. @throws {AppApiError} `control.protocol` when it violates the channel's rules */
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

  /** Fails pending and later calls when the connection is lost; bytes that have arrived can still be read. */
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

  /** Returns credit when the reader asks for more, so when it has processed what it had. */
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
