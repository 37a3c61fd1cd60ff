import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';
import { FormatError } from '#shared/errors.ts';

const HEADER = 4;

/** Length of a message before it, u32 big-endian. */
export function lengthHeader(length: number): Uint8Array {
  const header = new Uint8Array(HEADER);
  new DataView(header.buffer).setUint32(0, length);
  return header;
}

/** Cuts a byte stream into messages, each preceded by its length (u32 big-endian, 1 to `APP_WIRE_LIMITS.message`). */
export class FrameSplitter {
  readonly #header = new Uint8Array(HEADER);
  #headerFilled = 0;
  /** Pieces of the message under way: memory grows with what has arrived, not with what a length promises. */
  #pieces: Uint8Array[] = [];
  #arrived = 0;
  #length = 0;

  /**
   * Takes a chunk and calls back for each message it completes; the message is an array of the receiver's own.
   * @throws {FormatError} `format.length`; the stream is unusable then.
   */
  push(chunk: Uint8Array, onMessage: (message: Uint8Array) => void): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#headerFilled < HEADER) {
        const taken = Math.min(HEADER - this.#headerFilled, chunk.length - offset);
        this.#header.set(chunk.subarray(offset, offset + taken), this.#headerFilled);
        this.#headerFilled += taken;
        offset += taken;
        if (this.#headerFilled === HEADER) this.#begin();
        continue;
      }
      const taken = Math.min(this.#length - this.#arrived, chunk.length - offset);
      this.#pieces.push(chunk.subarray(offset, offset + taken));
      this.#arrived += taken;
      offset += taken;
      if (this.#arrived === this.#length) onMessage(this.#finish());
    }
    // The chunk belongs to the socket's pool only while it is handled; what stays is copied.
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.buffer === chunk.buffer) this.#pieces[this.#pieces.length - 1] = last.slice();
    if (this.#pieces.length > 1024) this.#pieces = [join(this.#pieces, this.#arrived)];
  }

  #begin(): void {
    this.#length = new DataView(this.#header.buffer).getUint32(0);
    if (this.#length === 0 || this.#length > APP_WIRE_LIMITS.message)
      throw new FormatError('format.length', `a message of ${this.#length} bytes`);
  }

  #finish(): Uint8Array {
    const message = join(this.#pieces, this.#length);
    this.#headerFilled = 0;
    this.#arrived = 0;
    this.#pieces = [];
    return message;
  }
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
