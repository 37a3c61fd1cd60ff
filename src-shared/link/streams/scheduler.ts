import { QUANTUM } from '../limits.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { StreamPiece } from './send-buffer.ts';
import type { SentFrame } from '../sent-records.ts';
import type { StreamPriority } from '../types.ts';

/** Stream that the scheduler can send from. */
export interface Schedulable {
  readonly id: number;
  readonly priority: StreamPriority;
  /** Returns the offset of the next piece; undefined if the stream can send nothing now. */
  nextOffset(): number | undefined;
  /** Takes the next piece, of at most `room` bytes. */
  takePiece(room: number): StreamPiece | undefined;
  /** Copies bytes of a taken piece into `target` at `position`. */
  copy(offset: number, length: number, target: Uint8Array, position: number): void;
  /** Notes that the piece was written. The result handles its acknowledgement or loss. */
  sent(piece: StreamPiece): SentFrame;
}

/** Limit of the bytes in flight. */
export interface FlightLimit {
  /** Returns how many bytes of a priority a record that already has `filled` bytes may take now; 0 for none. */
  allowance(priority: StreamPriority, filled: number): number;
}

const ORDER = ['interactive', 'normal', 'bulk'] as const;

/** Priorities that share records with datagrams. */
export const NOT_INTERACTIVE = ['normal', 'bulk'] as const;

/** Room in bytes below which a record counts as full, so that no frame carries only a few bytes. */
const LEAST_ROOM = 64;

/**
 * Decides which streams may send next. Priorities are served in strict order; within one, streams take turns, of 16 KiB each if they aren't
 * interactive. Writes STREAM frames into records. Used by `StreamTable`.
 */
export class Scheduler {
  readonly #ready: Readonly<Record<StreamPriority, Set<Schedulable>>> = {
    interactive: new Set(),
    normal: new Set(),
    bulk: new Set(),
  };

  /** Adds the stream to the queue of its priority, once. */
  add(stream: Schedulable): void {
    const queue = this.#ready[stream.priority];
    if (queue.has(stream)) return;
    this.remove(stream);
    queue.add(stream);
  }

  /** True while a stream waits for a record or for the flight limit. */
  get waiting(): boolean {
    return ORDER.some((priority) => this.#ready[priority].size > 0);
  }

  remove(stream: Schedulable): void {
    for (const priority of ORDER) this.#ready[priority].delete(stream);
  }

  clear(): void {
    for (const priority of ORDER) this.#ready[priority].clear();
  }

  /** True while a stream that isn't interactive waits. */
  get sharing(): boolean {
    return NOT_INTERACTIVE.some((priority) => this.#ready[priority].size > 0);
  }

  /** Writes STREAM frames of these priorities until the record is full or no stream may send. */
  serve(
    record: RecordBuffer,
    frames: SentFrame[],
    flight: FlightLimit,
    priorities: readonly StreamPriority[] = ORDER,
  ): void {
    for (const priority of priorities) {
      const queue = this.#ready[priority];
      while (queue.size > 0) {
        if (record.room < LEAST_ROOM) return;
        const allowance = flight.allowance(priority, record.length);
        if (allowance < LEAST_ROOM) break;
        serveFirst(queue, { quantum: priority === 'interactive' ? Infinity : QUANTUM, allowance }, record, frames);
      }
    }
  }
}

function serveFirst(
  queue: Set<Schedulable>,
  { quantum, allowance }: Readonly<{ quantum: number; allowance: number }>,
  record: RecordBuffer,
  frames: SentFrame[],
): void {
  for (const stream of queue) {
    const offset = stream.nextOffset();
    const room = offset === undefined ? 0 : Math.min(allowance, record.streamRoom(stream.id, offset));
    const piece = offset === undefined ? undefined : stream.takePiece(queue.size > 1 ? Math.min(room, quantum) : room);
    queue.delete(stream);
    if (piece === undefined) return;
    record.putStream(stream.id, piece.offset, piece.length, piece.fin, stream);
    frames.push(stream.sent(piece));
    if (stream.nextOffset() !== undefined) queue.add(stream);
    return;
  }
}
