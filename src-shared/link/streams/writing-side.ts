import type { ClawReachError } from '../../errors.ts';
import { LinkError } from '../errors.ts';
import { FLOOR_CREDIT } from '../limits.ts';
import { SendBuffer } from './send-buffer.ts';
import type { StreamPiece } from './send-buffer.ts';
import { LazyPromise } from '../lazy-promise.ts';

const DONE: Promise<void> = Promise.resolve();

/**
 * Sending direction of one stream, owned by its `Stream`: stores written bytes until they are acknowledged, obeys the credit from the other side, and
 * makes writers wait while the buffer is full. Touches memory only; `Stream` builds the frames.
 */
export class WritingSide {
  readonly #buffer = new SendBuffer();
  /** Unsent bytes above which writers wait. */
  readonly #bound: number;
  readonly #ended = new LazyPromise<void>();
  #writers: LazyPromise<void>[] = [];
  #error: ClawReachError | undefined;
  #limit = FLOOR_CREDIT;
  #counted = 0;

  /** @param bound number of unsent bytes above which writers wait */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** True if the other side has acknowledged everything, including the end. */
  get finished(): boolean {
    return this.#buffer.finished;
  }

  /** Number of bytes sent at least once: the final size if the stream is reset now. */
  get sentSize(): number {
    return this.#buffer.sentSize;
  }

  /** Error with which writes fail; undefined while writing is possible. */
  get refusal(): ClawReachError | undefined {
    return this.#error ?? (this.#buffer.ended ? new LinkError('link.state', 'write after end') : undefined);
  }

  /** True while writers need not wait. */
  get hasRoom(): boolean {
    return this.#buffer.unsent <= this.#bound;
  }

  /** Copies the bytes. Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void> {
    this.#buffer.append(bytes);
    if (this.hasRoom) return DONE;
    const writer = new LazyPromise<void>();
    this.#writers.push(writer);
    return writer.promise;
  }

  /** Ends the direction. Resolves when everything is acknowledged. */
  end(): Promise<void> {
    if (this.#error === undefined) this.#buffer.finish();
    return this.#ended.promise;
  }

  /** Handles MAX_STREAM_DATA. Returns true if the limit has grown. */
  allow(limit: number): boolean {
    if (limit <= this.#limit) return false;
    this.#limit = limit;
    return true;
  }

  /**
   * Returns the offset of the next piece; undefined if nothing can be sent.
   * @param room number of new bytes that the session's credit still allows
   */
  nextOffset(room: number): number | undefined {
    return this.#buffer.nextOffset(this.#sendable(room));
  }

  /** Takes the next piece for sending, at most `length` bytes; undefined if nothing can be sent. `room` as in `nextOffset`. */
  take(length: number, room: number): StreamPiece | undefined {
    return this.#buffer.take(length, this.#sendable(room));
  }

  /** Copies `length` bytes that start at `offset` of the stream to `position` of `target`. */
  copy(offset: number, length: number, target: Uint8Array, position: number): void {
    this.#buffer.copy(offset, length, target, position);
  }

  /** Counts a piece as sent, and resolves waiting writers if there is room. Returns how many of its bytes were sent for the first time. */
  sent(): number {
    const fresh = this.#buffer.sentSize - this.#counted;
    this.#counted += fresh;
    if (this.#writers.length > 0 && this.hasRoom) for (const writer of this.#takeWriters()) writer.resolve();
    return fresh;
  }

  /** Removes a piece that the other side has acknowledged. */
  acknowledged(piece: StreamPiece): void {
    this.#buffer.acknowledged(piece);
  }

  /** Schedules a lost piece to be sent again. */
  lost(piece: StreamPiece): void {
    this.#buffer.lost(piece);
  }

  /** Ends the direction after everything was acknowledged. */
  succeed(): void {
    this.#ended.resolve();
  }

  /** Drops all bytes; pending and later writes reject. */
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
