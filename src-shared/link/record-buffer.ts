import { varintLength } from '../bytes/index.ts';
import { FLAG_FIN, FRAME } from './frames.ts';
import { MAX_RECORD_BODY } from './limits.ts';

/** Initial size, bytes: enough for the records of a terminal. */
const FIRST_SIZE = 2048;

/** Send buffer of a stream, as `RecordBuffer` reads it. */
export interface StreamSource {
  /** Copies `length` bytes of the stream, beginning at `offset`, to `target` at `position`. */
  copy(offset: number, length: number, target: Uint8Array, position: number): void;
}

/** Plaintext of the record that a path is filling. A path uses one buffer for its whole life; the buffer grows to the size of the largest record. */
export class RecordBuffer {
  #bytes = new Uint8Array(FIRST_SIZE);
  #length = 0;

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that still fit. */
  get room(): number {
    return MAX_RECORD_BODY - this.#length;
  }

  /** Writes an encoded frame. Returns false, and writes nothing, if the frame doesn't fit. */
  put(frame: Uint8Array): boolean {
    if (frame.length > this.room) return false;
    this.#reserve(frame.length);
    this.#put(frame);
    return true;
  }

  /** Returns the maximum number of data bytes for a STREAM frame of this stream; 0 or less if no such frame fits. */
  streamRoom(stream: number, offset: number): number {
    return this.room - 1 - 4 - varintLength(stream) - varintLength(offset) - 1;
  }

  /**
   * Writes a STREAM frame. `length` is at most `streamRoom`. The bytes are copied straight from the stream's send buffer: the only copy when sending.
   */
  putStream(stream: number, offset: number, length: number, fin: boolean, source: StreamSource): void {
    const body = varintLength(stream) + varintLength(offset) + 1 + length;
    this.#reserve(body + 5);
    this.#byte(FRAME.stream);
    this.#varint(body);
    this.#varint(stream);
    this.#varint(offset);
    this.#byte(fin ? FLAG_FIN : 0);
    source.copy(offset, length, this.#bytes, this.#length);
    this.#length += length;
  }

  /** Writes a DATAGRAM frame of `head` followed by `bytes`. Returns false, and writes nothing, if the frame doesn't fit. */
  putDatagram(flow: number, bytes: Uint8Array, head?: Uint8Array): boolean {
    const body = varintLength(flow) + (head?.length ?? 0) + bytes.length;
    const length = 1 + varintLength(body) + body;
    if (length > this.room) return false;
    this.#reserve(length);
    this.#byte(FRAME.datagram);
    this.#varint(body);
    this.#varint(flow);
    if (head !== undefined) this.#put(head);
    this.#put(bytes);
    return true;
  }

  /** Returns the bytes written so far, valid until the next `clear`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Removes everything after the first `length` bytes. */
  clear(length = 0): void {
    this.#length = length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(MAX_RECORD_BODY, Math.max(needed, this.#bytes.length * 4)));
    grown.set(this.view());
    this.#bytes = grown;
  }

  #put(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #byte(value: number): void {
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #varint(value: number): void {
    const length = varintLength(value);
    const start = this.#length;
    let left = value;
    for (let index = start + length - 1; index >= start; index -= 1) {
      this.#bytes[index] = left % 256;
      left = Math.floor(left / 256);
    }
    const prefix = length === 1 ? 0x00 : length === 2 ? 0x40 : length === 4 ? 0x80 : 0xc0;
    this.#bytes[start] = (this.#bytes[start] ?? 0) | prefix;
    this.#length += length;
  }
}
