import { toUtf8 } from './bytes.ts';
import { MAX_VARINT, varintLength } from './varint.ts';

/**
 * Writes binary fields into a buffer that grows as needed; integers are big-endian. The reverse of `ByteReader`.
 * @throws {RangeError} from each
 * method for a value that doesn't fit
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  /** @param capacity initial size of the buffer, bytes */
  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Number of bytes written. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    return this.#put(value, 1);
  }

  u16(value: number): this {
    return this.#put(value, 2);
  }

  u32(value: number): this {
    return this.#put(value, 4);
  }

  u64(value: number): this {
    return this.#put(value, 8);
  }

  /** Writes a variable-length integer (RFC 9000 section 16) in its shortest form. */
  varint(value: number): this {
    const length = varintLength(value);
    const start = this.#length;
    this.#put(value, length, MAX_VARINT);
    this.#bytes[start] = (this.#bytes[start] ?? 0) | ({ 1: 0x00, 2: 0x40, 4: 0x80, 8: 0xc0 } as const)[length];
    return this;
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Writes a varint length, then the bytes. */
  prefixed(bytes: Uint8Array): this {
    return this.varint(bytes.length).bytes(bytes);
  }

  /** Writes a varint length in bytes, then UTF-8. */
  text(text: string): this {
    return this.prefixed(toUtf8(text));
  }

  /** Returns a view of the bytes written so far, valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Returns the bytes written so far, in an array that no later write changes: a full buffer itself, else a copy. */
  finish(): Uint8Array {
    if (this.#length === this.#bytes.length) return this.#bytes;
    return this.#bytes.slice(0, this.#length);
  }

  #put(value: number, length: number, most = 256 ** Math.min(length, 6) * (length === 8 ? 32 : 1) - 1): this {
    if (!Number.isSafeInteger(value) || value < 0 || value > most)
      throw new RangeError(`${value} does not fit ${length} bytes`);
    this.#reserve(length);
    let left = value;
    for (let index = this.#length + length - 1; index >= this.#length; index -= 1) {
      this.#bytes[index] = left % 256;
      left = Math.floor(left / 256);
    }
    this.#length += length;
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
