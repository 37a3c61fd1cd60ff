import { varintLength } from '../bytes/index.ts';
import { FLAG_FIN, FRAME } from './frames.ts';
import { MAX_RECORD_BODY } from './limits.ts';

/** Enough for what a terminal sends. */
const FIRST_SIZE = 2048;

/** Copies `length` bytes of a stream from `offset` on to `target` at `position`. */
export interface StreamSource {
  copy(offset: number, length: number, target: Uint8Array, position: number): void;
}

/** The plaintext of the record being filled; one buffer for the life of a path, as large as its largest record so far. */
export class RecordBuffer {
  #bytes = new Uint8Array(FIRST_SIZE);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get room(): number {
    return MAX_RECORD_BODY - this.#length;
  }

  /** False, and nothing written, when the frame does not fit. */
  put(frame: Uint8Array): boolean {
    if (frame.length > this.room) return false;
    this.#reserve(frame.length);
    this.#put(frame);
    return true;
  }

  /** Most data bytes that a STREAM frame of this stream can carry here; 0 or less when none fits. */
  streamRoom(stream: number, offset: number): number {
    return this.room - 1 - 4 - varintLength(stream) - varintLength(offset) - 1;
  }

  /** `length` at most `streamRoom`. The bytes go straight from the send buffer into the record: the one copy of the sending side. */
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

  /** A DATAGRAM of `head` and `bytes`; false, and nothing written, when it does not fit. */
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

  /** Forgets everything, or what was written after `length`. */
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
