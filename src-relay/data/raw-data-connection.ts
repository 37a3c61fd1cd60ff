import type { Socket } from 'node:net';
import { lendReads } from '#node/sockets/index.ts';
import { DataConnection, type DataConnectionOwner } from './data-connection.ts';

/**
 * Data connection over a plain socket, after `Upgrade: clawreach-link`. Received chunks are written to the other socket without copying.
 * `Hub` creates it.
 */
export class RawDataConnection extends DataConnection {
  readonly #bound: number;
  #socket: Socket;
  #lendsChunks = false;

  /** @param bound size in bytes of the read buffer once the pair is joined */
  constructor(socket: Socket, owner: DataConnectionOwner, bound: number) {
    super(owner, bound);
    this.#bound = bound;
    this.#socket = socket;
    this.#listen(socket);
    socket.on('data', this.#receive);
  }

  override start(head: Uint8Array): void {
    if (head.length > 0) this.receive(head);
  }

  /** Joins the pair and allocates a read buffer, which connections that never get this far don't need. */
  override join(other: DataConnection): void {
    super.join(other);
    const given = this.#socket;
    given.off('data', this.#receive).off('end', this.#ended).off('error', this.#ended).off('close', this.#closed);
    this.#socket = lendReads(given, this.#bound, (chunk) => {
      this.receive(chunk);
      return !this.isPaused;
    });
    // A socket that could not move allocates its own buffers and may read ahead.
    this.#lendsChunks = this.#socket !== given;
    this.#listen(this.#socket);
    this.#socket.resume();
  }

  /** True if all chunks share one read buffer. */
  protected override get lendsChunks(): boolean {
    return this.#lendsChunks;
  }

  protected override get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  protected override write(chunk: Uint8Array, flushed?: () => void): void {
    if (this.#socket.writable) this.#socket.write(chunk, flushed);
  }

  protected override stopReading(): void {
    this.#socket.pause();
  }

  protected override startReading(): void {
    this.#socket.resume();
  }

  protected override finish(): void {
    this.#socket.end();
  }

  override destroy(): void {
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('end', this.#ended).on('error', this.#ended).on('close', this.#closed);
  }

  readonly #receive = (chunk: Buffer): void => this.receive(chunk);
  readonly #ended = (): void => this.wireEnded();
  readonly #closed = (): void => this.wireClosed();
}
