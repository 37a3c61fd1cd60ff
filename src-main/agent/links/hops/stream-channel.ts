import { releaseBytes } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { LinkError, type ByteChannel, type ChannelHandlers, type LinkStream } from '#shared/link/index.ts';

const CLOSE_DEADLINE = 5000;
/** Buffer size of one read, bytes: slightly more than a record. */
const READ_BUFFER = 64 * 1024 + 1024;

/**
 * Returns a byte channel over a stream, on which a session through a hop sends its records. The stream's credit is the back-pressure; the stream and
 * the channel end together. The stream buffers at most 512 KiB of writes; above that `write` returns false. Used at both ends of a path through hops.
 * @param head bytes of the other side that were already read from the stream
 */
export function createStreamChannel(
  stream: LinkStream,
  clock: Clock,
  head: Uint8Array = new Uint8Array(0),
): ByteChannel {
  return new StreamChannel(stream, clock, head);
}

class StreamChannel implements ByteChannel {
  readonly #stream: LinkStream;
  readonly #clock: Clock;
  /** Buffer shared by all reads. */
  readonly #buffer = new Uint8Array(READ_BUFFER);
  #handlers: ChannelHandlers | undefined;
  /** Bytes read but not yet delivered. While there are any, the stream isn't read. */
  #waiting: Uint8Array;
  #reading = false;
  #delivering = false;
  #paused = false;
  #closing = false;
  /** Bytes written for which the stream has no room yet. */
  #blocked = 0;
  #drainWanted = false;
  #deadline: Timer | undefined;
  #over: Readonly<{ error: Error | undefined }> | undefined;

  constructor(stream: LinkStream, clock: Clock, head: Uint8Array) {
    this.#stream = stream;
    this.#clock = clock;
    this.#waiting = head.slice();
    void stream.closed.then((end) => {
      if (end === 'finished') {
        if (this.#closing) this.#end(undefined);
      } else this.#broke(end);
    });
  }

  get bufferedBytes(): number {
    return this.#blocked;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#closing || this.#over !== undefined) return true;
    let length = 0;
    let room = Promise.resolve();
    for (const piece of pieces) {
      length += piece.length;
      // The stream copies the bytes and resolves all waiting writes together.
      room = this.#stream.write(piece);
      room.catch(this.#onBroken);
      releaseBytes(piece);
    }
    if (this.#stream.hasRoom) return true;
    this.#blocked += length;
    this.#drainWanted = true;
    room.then(() => this.#unblock(length), this.#onBroken);
    return false;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    if (this.#over === undefined) this.#flow();
    else this.#report();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#flow();
  }

  close(deadline = CLOSE_DEADLINE): void {
    if (this.#closing || this.#over !== undefined) return;
    this.#closing = true;
    this.#waiting = new Uint8Array(0);
    this.#deadline = this.#clock.setTimer(deadline, () => this.destroy());
    // A failure is reported by the stream's `closed`.
    this.#stream.end().catch(() => undefined);
    // Incoming bytes are read and dropped, so that the other side can finish too.
    this.#flow();
  }

  destroy(error?: Error): void {
    if (this.#over !== undefined) return;
    this.#stream.reset(0);
    this.#end(error);
  }

  /** Delivers waiting bytes and reads more while the handlers want them. */
  #flow(): void {
    if (this.#delivering || this.#over !== undefined) return;
    if (this.#waiting.length > 0 && !this.#wants) return;
    const chunk = this.#waiting;
    this.#waiting = new Uint8Array(0);
    if (chunk.length > 0 && !this.#closing) this.#deliver(chunk);
    if (!this.#wants || this.#reading || this.#isOver) return;
    this.#reading = true;
    this.#stream.readInto(this.#buffer).then(
      (length) => {
        this.#reading = false;
        this.#received(length);
      },
      (error: unknown) => {
        this.#reading = false;
        this.#broke(error);
      },
    );
  }

  #received(length: number | null): void {
    if (this.#over !== undefined) return;
    if (length === null) {
      // The other side ended in order. End this side too; `closed` resolves once that is acknowledged.
      this.close();
      return;
    }
    this.#waiting = this.#buffer.subarray(0, length);
    this.#flow();
  }

  #deliver(chunk: Uint8Array): void {
    this.#delivering = true;
    try {
      this.#handlers?.data(chunk);
    } finally {
      this.#delivering = false;
    }
  }

  get #wants(): boolean {
    return this.#closing || (this.#handlers !== undefined && !this.#paused);
  }

  /** True once the channel has ended. Read it again after calls that may end the channel. */
  get #isOver(): boolean {
    return this.#over !== undefined;
  }

  #unblock(bytes: number): void {
    this.#blocked -= bytes;
    if (this.#over !== undefined || this.#blocked > 0 || !this.#drainWanted) return;
    this.#drainWanted = false;
    this.#handlers?.drain();
  }

  readonly #onBroken = (error: unknown): void => this.#broke(error);

  #broke(error: unknown): void {
    if (this.#over !== undefined) return;
    this.#stream.reset(0);
    // After this side's close it does not matter how the other side ends.
    if (this.#closing) this.#end(undefined);
    else this.#end(new LinkError('link.path-lost', 'the stream through the hop broke', { cause: error }));
  }

  #end(error: Error | undefined): void {
    if (this.#over !== undefined) return;
    this.#over = { error };
    this.#deadline?.cancel();
    this.#waiting = new Uint8Array(0);
    queueMicrotask(() => this.#report());
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined || this.#over === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#over.error);
  }
}
