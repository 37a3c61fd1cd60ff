import { Duplex } from 'node:stream';

/** One end of a message port that clones its messages: Electron's parent port, or Node's `MessagePort`. */
export type MessageEnd = Readonly<{
  postMessage(message: unknown): void;
  /** Sets the listener, which also gets messages that came earlier. */
  onMessage(listener: (message: unknown) => void): void;
}>;

/** Most bytes sent that the other side hasn't read yet; a port itself has no back-pressure. */
const WINDOW = 1_048_576;
/** Number of bytes read after which this side reports them. */
const REPORT = 65_536;

/**
 * Byte stream with back-pressure over a message port, for a process that can't be given a socket. Messages: an array of bytes; a number, the count of
 * bytes read; null, the end of this side's bytes. Used between the PTY host and the desktop application when the host is a utility process.
 */
export class MessageDuplex extends Duplex {
  readonly #port: MessageEnd;
  /** Bytes sent and not yet read by the other side. */
  #outstanding = 0;
  #blocked: (() => void) | undefined;
  /** Bytes received and not yet reported. */
  #unreported = 0;
  /** True while this side's reader takes no more. */
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

/** Copies the pieces into one buffer of their own: a port clones the whole buffer behind an array. */
function join(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
