import { FormatError } from '../errors.ts';
import { fromUtf8 } from './bytes.ts';
import { MAX_VARINT } from './varint.ts';

/**
 * Reads binary fields from front to back; integers are big-endian. A read past the end throws a FormatError and never returns a shorter value. The
 * reverse of `ByteWriter`.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Number of unread bytes. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#take(1);
  }

  u16(): number {
    return this.#take(2);
  }

  u32(): number {
    return this.#take(4);
  }

  /** Reads an unsigned 64-bit integer. @throws {FormatError} above 2^53 - 1 */
  u64(): number {
    const high = this.#take(4);
    const low = this.#take(4);
    if (high > 0x1f_ffff) throw new FormatError('format.range', 'integer too large');
    return high * 0x1_0000_0000 + low;
  }

  /** Reads a variable-length integer (RFC 9000 section 16) of any length. */
  varint(): number {
    const first = this.#take(1);
    const length = 1 << (first >> 6);
    let value = first & 0x3f;
    for (let read = 1; read < length; read += 1) value = value * 256 + this.#take(1);
    if (value > MAX_VARINT) throw new FormatError('format.range', 'integer too large');
    return value;
  }

  /** Returns a view of the next `length` bytes, not a copy. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw new FormatError('format.short', 'message ends too early');
    const view = this.#bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    return view;
  }

  /** Reads a varint length, then that many bytes; returns a view. @throws {FormatError} beyond `limit` bytes */
  prefixed(limit: number): Uint8Array {
    const length = this.varint();
    if (length > limit) throw new FormatError('format.long', `field longer than ${limit} bytes`);
    return this.bytes(length);
  }

  /** Reads a varint length in bytes, then UTF-8. @throws {FormatError} beyond `limit` bytes, or if malformed */
  text(limit: number): string {
    const bytes = this.prefixed(limit);
    try {
      return fromUtf8(bytes);
    } catch (error) {
      throw new FormatError('format.utf8', 'text is not UTF-8', { cause: error });
    }
  }

  /** Returns a view of all unread bytes. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** Checks that all bytes were read. @throws {FormatError} `format.trailing` if bytes are left */
  end(): void {
    if (this.remaining !== 0) throw new FormatError('format.trailing', 'bytes after the end of the message');
  }

  #take(length: number): number {
    if (length > this.remaining) throw new FormatError('format.short', 'message ends too early');
    let value = 0;
    for (let read = 0; read < length; read += 1) value = value * 256 + (this.#bytes[this.#offset + read] ?? 0);
    this.#offset += length;
    return value;
  }
}
