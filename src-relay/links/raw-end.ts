import type { Socket } from 'node:net';
import { LinkEnd, type LinkEndOwner } from './link-end.ts';

/** The plain socket after `Upgrade: clawreach-link`: the chunk that was read is the chunk that is written. */
export class RawLinkEnd extends LinkEnd {
  readonly #socket: Socket;

  constructor(socket: Socket, owner: LinkEndOwner, bound: number) {
    super(owner, bound);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => this.drained());
    socket.on('end', () => this.wireEnded());
    socket.on('error', () => this.wireEnded());
    socket.on('close', () => this.wireClosed());
  }

  override start(head: Uint8Array): void {
    if (head.length > 0) this.receive(head);
  }

  protected override get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  protected override write(chunk: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(chunk);
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
}
