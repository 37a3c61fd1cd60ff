import { BlockList } from './block-list.ts';
import { LinkError } from '../errors.ts';

/** Maximum number of pieces stored behind a missing one. Gaps occur only while a session changes its path. */
const MAX_GAPS = 256;

/**
 * Reassembles one direction of a stream: accepts pieces in any order and returns the bytes in order. Used by `ReadingSide`; memory comes from
 * `BlockList`.
 */
export class ReceiveBuffer {
  readonly #blocks = new BlockList();
  #early: { offset: number; bytes: Uint8Array }[] = [];
  #highest = 0;
  #finalSize: number | undefined;
  #discarding = false;

  /** Offset after the highest byte received; credit is counted against it. */
  get highest(): number {
    return this.#highest;
  }

  /** Total length of the direction; undefined until known. */
  get finalSize(): number | undefined {
    return this.#finalSize;
  }

  /** Number of bytes given to the reader, or dropped. */
  get consumed(): number {
    return this.#discarding ? this.#highest : this.#blocks.start;
  }

  /** Number of bytes that can be taken now. */
  get available(): number {
    return this.#blocks.end - this.#blocks.start;
  }

  /** True when all bytes up to the end have arrived. */
  get complete(): boolean {
    return this.#finalSize !== undefined && (this.#discarding || this.#blocks.end === this.#finalSize);
  }

  /** Adds a piece. `fin`: the piece ends the stream. @throws {LinkError} `link.final-size`, `link.state` */
  receive(offset: number, bytes: Uint8Array, fin: boolean): void {
    const end = offset + bytes.length;
    if (!Number.isSafeInteger(end)) throw new LinkError('link.credit', 'data beyond any credit');
    if (fin) this.setFinalSize(end);
    if (this.#finalSize !== undefined && end > this.#finalSize)
      throw new LinkError('link.final-size', 'data after the end of the stream');
    this.#highest = Math.max(this.#highest, end);
    if (this.#discarding) return;
    if (offset > this.#blocks.end) this.#keepEarly(offset, bytes);
    else {
      this.#append(offset, bytes);
      this.#joinEarly();
    }
  }

  /** Notes the total length. @throws {LinkError} `link.final-size` if it contradicts earlier pieces */
  setFinalSize(size: number): void {
    if ((this.#finalSize ?? size) !== size || size < this.#highest)
      throw new LinkError('link.final-size', 'the final size of a stream changed');
    this.#finalSize = size;
    this.#highest = size;
  }

  /** Takes at most `limit` bytes; undefined if there are none. */
  take(limit: number): Uint8Array | undefined {
    const target = new Uint8Array(Math.min(limit, this.available));
    return this.takeInto(target) === undefined ? undefined : target;
  }

  /** Copies as many bytes as are present and fit. Returns their number; undefined if there are none. */
  takeInto(target: Uint8Array): number | undefined {
    const length = Math.min(target.length, this.available);
    if (length === 0) return undefined;
    const { start } = this.#blocks;
    this.#blocks.copy(start, length, target, 0);
    this.#blocks.dropBelow(start + length);
    return length;
  }

  /** Drops all bytes in the buffer and all that arrive later. */
  discard(): void {
    this.#discarding = true;
    this.#blocks.clear();
    this.#early = [];
  }

  #append(offset: number, bytes: Uint8Array): void {
    const known = this.#blocks.end - offset;
    if (known < bytes.length) this.#blocks.append(known === 0 ? bytes : bytes.subarray(known));
  }

  #keepEarly(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#early.length >= MAX_GAPS) throw new LinkError('link.state', 'too many gaps in a stream');
    const held = this.#early.reduce((sum, piece) => sum + piece.bytes.length, 0);
    if (held + bytes.length > this.#highest - this.#blocks.end)
      throw new LinkError('link.state', 'early pieces of a stream overlap');
    this.#early.push({ offset, bytes: bytes.slice() });
    this.#early.sort((left, right) => left.offset - right.offset);
  }

  #joinEarly(): void {
    for (let piece = this.#early[0]; piece !== undefined && piece.offset <= this.#blocks.end; piece = this.#early[0]) {
      this.#early.shift();
      this.#append(piece.offset, piece.bytes);
    }
  }
}
