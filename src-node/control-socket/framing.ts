import { APP_WIRE_LIMITS } from '#shared/app-api/index.ts';
import { FormatError } from '#shared/errors.ts';

const HEADER = 4;

/** Returns the header that precedes each message on the control socket: the message's length in bytes, u32 big-endian. */
export function lengthHeader(length: number): Uint8Array {
  const header = new Uint8Array(HEADER);
  new DataView(header.buffer).setUint32(0, length);
  return header;
}

/**
 * Splits a byte stream from the control socket into messages, each preceded by its length (u32 big-endian, 1 to `APP_WIRE_LIMITS.message`). Touches
 * memory only.
 */
export class FrameSplitter {
  readonly #header = new Uint8Array(HEADER);
  #headerFilled = 0;
  /** Received pieces of the unfinished message. Memory grows with the bytes received, not with the announced length. */
  #pieces: Uint8Array[] = [];
  #arrived = 0;
  #length = 0;

  /**
   * Adds a received chunk and calls `onMessage` for each message that the chunk completes. The receiver may keep the message's array.
   * @throws {FormatError} `format.length` for a length out of range; the stream is unusable then
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
    // The chunk's memory is the socket's and is reused after this call: the rest is copied.
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
