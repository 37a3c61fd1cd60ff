import type { ClawReachError } from '../../errors.ts';
import { LinkError } from '../errors.ts';
import { FLOOR_CREDIT } from '../limits.ts';
import { SendBuffer } from './send-buffer.ts';
import type { StreamPiece } from './send-buffer.ts';
import { LazyPromise } from '../lazy-promise.ts';

const DONE: Promise<void> = Promise.resolve();

/** Sending direction of a stream: bytes until they are acknowledged, the other side's credit, and writers that wait. */
export class WritingSide {
  readonly #buffer = new SendBuffer();
  /** Unsent bytes above which writers wait. */
  readonly #bound: number;
  readonly #ended = new LazyPromise<void>();
  #writers: LazyPromise<void>[] = [];
  #error: ClawReachError | undefined;
  #limit = FLOOR_CREDIT;
  #counted = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** True when the other side has acknowledged everything, including the end. */
  get finished(): boolean {
    return this.#buffer.finished;
  }

  /** Bytes sent at least once: the final size if it is reset now. */
  get sentSize(): number {
    return this.#buffer.sentSize;
  }

  /** Reason why nothing can be written; undefined if it can. */
  get refusal(): ClawReachError | undefined {
    return this.#error ?? (this.#buffer.ended ? new LinkError('link.state', 'write after end') : undefined);
  }

  get hasRoom(): boolean {
    return this.#buffer.unsent <= this.#bound;
  }

  /** Copies the bytes; resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void> {
    this.#buffer.append(bytes);
    if (this.hasRoom) return DONE;
    const writer = new LazyPromise<void>();
    this.#writers.push(writer);
    return writer.promise;
  }

  /** Resolves when everything is acknowledged. */
  end(): Promise<void> {
    if (this.#error === undefined) this.#buffer.finish();
    return this.#ended.promise;
  }

  /** Handles MAX_STREAM_DATA. Returns whether the limit has grown. */
  allow(limit: number): boolean {
    if (limit <= this.#limit) return false;
    this.#limit = limit;
    return true;
  }

  /**
   * Returns the offset of the next piece.
   * @param room new bytes that the session's credit still allows
   */
  nextOffset(room: number): number | undefined {
    return this.#buffer.nextOffset(this.#sendable(room));
  }

  take(length: number, room: number): StreamPiece | undefined {
    return this.#buffer.take(length, this.#sendable(room));
  }

  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    this.#buffer.copy(offset, length, target, position);
  }

  /** Notes a sent piece. Returns how many of its bytes were sent for the first time. */
  sent(): number {
    const fresh = this.#buffer.sentSize - this.#counted;
    this.#counted += fresh;
    if (this.#writers.length > 0 && this.hasRoom) for (const writer of this.#takeWriters()) writer.resolve();
    return fresh;
  }

  acknowledged(piece: StreamPiece): void {
    this.#buffer.acknowledged(piece);
  }

  lost(piece: StreamPiece): void {
    this.#buffer.lost(piece);
  }

  /** Ends the direction in order. */
  succeed(): void {
    this.#ended.resolve();
  }

  /** Drops everything; waiting and later writes reject. */
  fail(error: ClawReachError): void {
    this.#error ??= error;
    for (const writer of this.#takeWriters()) writer.reject(error);
    this.#ended.reject(error);
    this.#buffer.clear();
  }

  #sendable(room: number): number {
    return Math.min(this.#limit, this.#buffer.sentSize + room);
  }

  #takeWriters(): readonly LazyPromise<void>[] {
    const writers = this.#writers;
    this.#writers = [];
    return writers;
  }
}
