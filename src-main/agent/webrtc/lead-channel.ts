import { FramedMessageReader } from '#shared/handshake/index.ts';
import type { ByteChannel, ChannelHandlers } from '#shared/link/index.ts';

/**
 * Byte channel that first reads one framed handshake message from another channel, then passes on the bytes behind it. They wait in the other channel
 * until handlers are set. Used by `dialUdp` and `UdpAnswers` on new UDP paths.
 */
export class LeadChannel implements ByteChannel {
  /** Resolves with the message; rejects if the channel ends before it or carries something else. */
  readonly message: Promise<Uint8Array>;
  readonly #channel: ByteChannel;
  readonly #reader = new FramedMessageReader();
  #handlers: ChannelHandlers | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #read = false;
  #paused = false;
  #closed: Readonly<{ error: Error | undefined }> | undefined;

  constructor(channel: ByteChannel) {
    this.#channel = channel;
    this.message = new Promise((resolve, reject) => {
      channel.setHandlers({
        data: (chunk) => {
          if (this.#read) this.#handlers?.data(chunk);
          else this.#lead(chunk, resolve, reject);
        },
        drain: () => this.#handlers?.drain(),
        closed: (error) => {
          this.#closed = { error };
          reject(error ?? new Error('the channel ended before the message'));
          this.#report();
        },
      });
    });
    this.message.catch(() => undefined);
  }

  get bufferedBytes(): number {
    return this.#channel.bufferedBytes;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    return this.#channel.write(pieces);
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    this.#flow();
    this.#report();
  }

  pause(): void {
    this.#paused = true;
    this.#channel.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#read && this.#handlers !== undefined) this.#flow();
  }

  close(deadline?: number): void {
    this.#channel.close(deadline);
  }

  destroy(error?: Error): void {
    this.#channel.destroy(error);
  }

  #lead(chunk: Uint8Array, resolve: (message: Uint8Array) => void, reject: (error: Error) => void): void {
    const read = this.#reader.push(chunk);
    if (read === 'incomplete') return;
    this.#channel.pause();
    this.#read = true;
    if (read === 'malformed') {
      reject(new Error('the channel does not start with a handshake message'));
      return;
    }
    // The chunk is only lent, so copy the rest until handlers are set.
    this.#rest = read.rest.slice();
    resolve(read.message);
  }

  #flow(): void {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    if (rest.length > 0) this.#handlers?.data(rest);
    if (!this.#paused) this.#channel.resume();
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined || this.#closed === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#closed.error);
  }
}
