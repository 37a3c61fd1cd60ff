import type { Socket } from 'node:net';
import type { Clock, Timer } from '#shared/clock.ts';
import { BLOCK_SIZE, concatBytes, giveBlock, releaseBytes, takeBlock } from '#shared/bytes/index.ts';
import { LinkError, type ByteChannel, type ChannelHandlers } from '#shared/link/index.ts';

/** Bytes in the socket's buffer above which `write` asks the caller to wait. Keystrokes queue behind buffered bytes, so the buffer is small. */
const HIGH_WATER_MARK = 128 * 1024;
/** Default time limit of closing, ms. */
const CLOSE_DEADLINE = 5000;
/** Size in bytes up to which the pieces of a write are joined: the copy costs less than a `writev`, which takes twice as long as a `write`. */
const JOIN_LIMIT = 8 * 1024;

/**
 * Byte channel over a TCP or TLS socket that was opened with `onread`; carries direct paths and the raw data connections of the relay. Chunks are
 * views of one reused buffer, and one `write` is one `writev`. The opener of the socket passes every chunk to `take` and returns the result to the
 * socket.
 */
export class SocketChannel implements ByteChannel {
  readonly #socket: Socket;
  readonly #clock: Clock;
  #handlers: ChannelHandlers | undefined;
  /** Copies of bytes that arrived while paused or before handlers were set. */
  #unread: Uint8Array | undefined;
  #paused = false;
  #delivering = false;
  #drainWanted = false;
  #orderlyEnd = false;
  #closing = false;
  #error: Error | undefined;
  #over = false;
  #deadline: Timer | undefined;

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.on('error', (error: Error) => {
      // After our own close, errors of the other side don't matter.
      if (!this.#closing) this.#error ??= new LinkError('link.path-lost', error.message, { cause: error });
    });
    socket.on('end', () => {
      this.#orderlyEnd = true;
    });
    socket.on('close', () => this.#ended());
  }

  get bufferedBytes(): number {
    return this.#socket.destroyed ? 0 : this.#socket.writableLength;
  }

  /**
   * Delivers a chunk read from the socket; the chunk is valid during the call.
   * @returns false if the socket must stop reading until `resume`
   */
  take(chunk: Uint8Array): boolean {
    if (this.#closing) return true;
    if (this.#handlers === undefined || this.#paused) {
      this.#store(chunk);
      return false;
    }
    this.#deliver(chunk);
    return !this.#paused;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (this.#closing || socket.destroyed || socket.writableEnded) return true;
    if (totalLength(pieces) <= JOIN_LIMIT) {
      socket.write(concatBytes(...pieces), this.#onFlushed);
    } else {
      socket.cork();
      for (const { block, length } of fillBlocks(pieces)) {
        socket.write(block.subarray(0, length), (error) => {
          // After an error the system may still use the block.
          if (error === null || error === undefined) giveBlock(block);
          this.#onFlushed();
        });
      }
      socket.uncork();
    }
    if (socket.writableLength <= HIGH_WATER_MARK) return true;
    this.#drainWanted = true;
    return false;
  }

  setHandlers(handlers: ChannelHandlers): void {
    this.#handlers = handlers;
    if (!this.#paused) this.#flow();
    if (this.#over) this.#report();
  }

  pause(): void {
    this.#paused = true;
    // While a chunk is being delivered, the answer of `take` stops the socket.
    if (!this.#delivering) this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#delivering) this.#flow();
  }

  close(deadline = CLOSE_DEADLINE): void {
    if (this.#closing || this.#over) return;
    this.#closing = true;
    this.#unread = undefined;
    this.#deadline = this.#clock.setTimer(deadline, () => this.#socket.destroy());
    this.#socket.end();
    // Later bytes are read and dropped: unread bytes would turn our end into a reset, and the other side could lose our last bytes.
    this.#socket.resume();
  }

  destroy(error?: Error): void {
    if (this.#over) return;
    this.#error ??= error;
    this.#unread = undefined;
    this.#closing = true;
    this.#socket.destroy();
  }

  #flow(): void {
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread !== undefined && this.#handlers !== undefined) this.#deliver(unread);
    if (!this.#paused && this.#handlers !== undefined) this.#socket.resume();
  }

  #deliver(chunk: Uint8Array): void {
    this.#delivering = true;
    try {
      this.#handlers?.data(chunk);
    } finally {
      this.#delivering = false;
    }
  }

  #store(chunk: Uint8Array): void {
    const unread = this.#unread;
    if (unread === undefined) {
      this.#unread = chunk.slice();
      return;
    }
    const joined = new Uint8Array(unread.length + chunk.length);
    joined.set(unread);
    joined.set(chunk, unread.length);
    this.#unread = joined;
  }

  readonly #onFlushed = (): void => {
    if (!this.#drainWanted || this.#socket.destroyed || this.#socket.writableLength > HIGH_WATER_MARK) return;
    this.#drainWanted = false;
    this.#handlers?.drain();
  };

  #ended(): void {
    this.#over = true;
    this.#deadline?.cancel();
    if (!this.#orderlyEnd && !this.#closing) this.#error ??= new LinkError('link.path-lost', 'the connection broke');
    this.#report();
  }

  #report(): void {
    const handlers = this.#handlers;
    if (handlers === undefined) return;
    this.#handlers = undefined;
    handlers.closed(this.#error);
  }
}

/**
 * Copies the pieces into reused blocks, and frees the pieces. V8 would keep memory that waits in a socket until a full collection; the copy costs a
 * tenth of that.
 */
function fillBlocks(pieces: readonly Uint8Array[]): readonly { block: Uint8Array; length: number }[] {
  let last = { block: takeBlock(), length: 0 };
  const filled = [last];
  for (const piece of pieces) {
    for (let taken = 0; taken < piece.length;) {
      if (last.length === BLOCK_SIZE) {
        last = { block: takeBlock(), length: 0 };
        filled.push(last);
      }
      const count = Math.min(piece.length - taken, BLOCK_SIZE - last.length);
      last.block.set(count === piece.length ? piece : piece.subarray(taken, taken + count), last.length);
      last.length += count;
      taken += count;
    }
    releaseBytes(piece);
  }
  return filled;
}

function totalLength(pieces: readonly Uint8Array[]): number {
  let total = 0;
  for (const piece of pieces) total += piece.length;
  return total;
}
