import { Duplex } from 'node:stream';

/** One end of a message port that clones what it is given: Electron's parent port, or a port of Node's. */
export type MessageEnd = Readonly<{
  postMessage(message: unknown): void;
  /** Messages that came earlier are kept for the listener. */
  onMessage(listener: (message: unknown) => void): void;
}>;

/** Bytes under way that the other side has not read yet; a port itself knows no back-pressure. */
const WINDOW = 1_048_576;
/** Bytes read are reported in such portions. */
const REPORT = 65_536;

/**
 * A byte stream over a message port, where a process cannot be given a socket. Messages: bytes; a number, so many bytes were read; null, the end
 * of what this side writes.
 */
export class MessageDuplex extends Duplex {
  readonly #port: MessageEnd;
  /** Sent and not yet read by the other side. */
  #outstanding = 0;
  #blocked: (() => void) | undefined;
  /** Received and not yet reported. */
  #unreported = 0;
  /** Our reader has had enough for now. */
  #full = false;

  constructor(port: MessageEnd) {
    super({ writableHighWaterMark: REPORT, readableHighWaterMark: REPORT });
    this.#port = port;
    port.onMessage((message) => this.#receive(message));
  }

  override _read(): void {
    this.#full = false;
    this.#report();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#send([chunk], done);
  }

  override _writev(chunks: readonly Readonly<{ chunk: Uint8Array }>[], done: () => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.#port.postMessage(null);
    done();
  }

  #send(pieces: readonly Uint8Array[], done: () => void): void {
    const bytes = join(pieces);
    this.#outstanding += bytes.length;
    this.#port.postMessage(bytes);
    if (this.#outstanding <= WINDOW) done();
    else this.#blocked = done;
  }

  #receive(message: unknown): void {
    if (this.destroyed) return;
    if (message === null) {
      this.push(null);
    } else if (typeof message === 'number') {
      this.#outstanding -= message;
      if (this.#outstanding > WINDOW) return;
      const unblock = this.#blocked;
      this.#blocked = undefined;
      unblock?.();
    } else if (message instanceof Uint8Array) {
      this.#unreported += message.length;
      if (!this.push(message)) this.#full = true;
      else if (this.#unreported >= REPORT) this.#report();
    } else {
      this.destroy(new TypeError('not a message of this stream'));
    }
  }

  #report(): void {
    if (this.#full || this.#unreported === 0 || this.destroyed) return;
    const read = this.#unreported;
    this.#unreported = 0;
    this.#port.postMessage(read);
  }
}

/** In memory of its own: a port clones the whole buffer that an array is a part of. */
function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
