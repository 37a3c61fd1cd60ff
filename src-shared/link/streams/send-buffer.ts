import { BlockList } from './block-list.ts';
import { RangeSet } from './range-set.ts';

/** Range of a stream's bytes that one STREAM frame carries. */
export type StreamPiece = Readonly<{ offset: number; length: number; fin: boolean }>;

/** Bytes of a stream that wait to be sent, or were sent and are not acknowledged. Used by `WritingSide`; memory comes from `BlockList`. */
export class SendBuffer {
  readonly #blocks = new BlockList();
  readonly #acknowledged = new RangeSet();
  readonly #lost = new RangeSet();
  /** First byte never sent. */
  #next = 0;
  #fin: 'none' | 'queued' | 'sent' | 'acknowledged' = 'none';

  /** Copies the bytes; the caller may reuse its array. */
  append(bytes: Uint8Array): void {
    this.#blocks.append(bytes);
  }

  /** Ends the stream after the bytes appended so far. */
  finish(): void {
    if (this.#fin === 'none') this.#fin = 'queued';
  }

  /** Drops all bytes; `sentSize` stays. */
  clear(): void {
    this.#blocks.clear();
    this.#lost.clear();
    this.#acknowledged.clear();
  }

  /** True after `finish`. */
  get ended(): boolean {
    return this.#fin !== 'none';
  }

  /** Number of bytes that were never sent. */
  get unsent(): number {
    return this.#blocks.end - this.#next;
  }

  /** Number of bytes sent at least once: the final size if the stream is reset now. */
  get sentSize(): number {
    return this.#next;
  }

  /** True if the other side has acknowledged everything, including the end. */
  get finished(): boolean {
    return this.#fin === 'acknowledged' && this.#blocks.start === this.#blocks.end && this.#next === this.#blocks.end;
  }

  /** Returns the offset of the next piece; undefined if nothing can be sent. New bytes may go up to the offset `limit`. */
  nextOffset(limit: number): number | undefined {
    const lost = this.#lost.first;
    if (lost !== undefined) return lost.start;
    if (this.#next < Math.min(this.#blocks.end, limit)) return this.#next;
    return this.#fin === 'queued' && this.#next === this.#blocks.end ? this.#next : undefined;
  }

  /** Takes the next piece of at most `room` bytes, lost bytes first. New bytes may go up to the offset `limit`. */
  take(room: number, limit: number): StreamPiece | undefined {
    const lost = this.#lost.first;
    if (lost !== undefined) {
      const { start } = lost;
      const length = Math.min(room, lost.end - start);
      if (length <= 0) return undefined;
      this.#lost.dropBelow(start + length);
      return { offset: start, length, fin: this.#takeFin(start + length) };
    }
    const offset = this.#next;
    const length = Math.max(0, Math.min(room, this.#blocks.end - offset, limit - offset));
    this.#next += length;
    const fin = this.#takeFin(this.#next);
    return length === 0 && !fin ? undefined : { offset, length, fin };
  }

  /** Copies `length` bytes that start at `offset` to `position` of `target`. */
  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    if (length > 0) this.#blocks.copy(offset, length, target, position);
  }

  /** Drops the bytes of an acknowledged piece. */
  acknowledged(piece: StreamPiece): void {
    if (piece.fin) this.#fin = 'acknowledged';
    this.#acknowledged.add(piece.offset, piece.offset + piece.length);
    const first = this.#acknowledged.first;
    if (first === undefined || first.start > this.#blocks.start) return;
    this.#blocks.dropBelow(first.end);
    this.#acknowledged.dropBelow(first.end);
  }

  /** Marks a piece to be sent again. */
  lost(piece: StreamPiece): void {
    if (piece.fin && this.#fin === 'sent') this.#fin = 'queued';
    this.#lost.add(piece.offset, piece.offset + piece.length);
  }

  #takeFin(end: number): boolean {
    if (this.#fin !== 'queued' || end !== this.#blocks.end) return false;
    this.#fin = 'sent';
    return true;
  }
}
