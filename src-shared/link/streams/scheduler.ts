import { QUANTUM } from '../limits.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { StreamPiece } from './send-buffer.ts';
import type { Retained } from '../sent-records.ts';
import type { StreamPriority } from '../types.ts';

/** A stream, as the scheduler sees it. */
export interface Schedulable {
  readonly id: number;
  readonly priority: StreamPriority;
  /** Returns the offset of the next piece; undefined when nothing can be sent now. */
  nextOffset(): number | undefined;
  takePiece(room: number): StreamPiece | undefined;
  copy(offset: number, length: number, target: Uint8Array, position: number): void;
  /** Notes that the piece was written; the result handles its arrival or loss. */
  sent(piece: StreamPiece): Retained;
}

/** Limits the bytes of a priority that a record holding `filled` bytes may take now; 0 holds them back. */
export interface FlightLimit {
  allowance(priority: StreamPriority, filled: number): number;
}

const ORDER = ['interactive', 'normal', 'bulk'] as const;

/** Classes that share records with datagrams. */
export const NOT_INTERACTIVE = ['normal', 'bulk'] as const;

/** Room below which a record counts as full, so that no frame carries a handful of bytes. */
const LEAST_ROOM = 64;

/** Strict order of classes; streams of a class take turns, 16 KiB each where it is not interactive. */
export class Scheduler {
  readonly #ready: Readonly<Record<StreamPriority, Set<Schedulable>>> = {
    interactive: new Set(),
    normal: new Set(),
    bulk: new Set(),
  };

  /** Enters the stream in the queue of its class, once. */
  add(stream: Schedulable): void {
    const queue = this.#ready[stream.priority];
    if (queue.has(stream)) return;
    this.remove(stream);
    queue.add(stream);
  }

  /** True while something waits for a record or for the flight limit. */
  get waiting(): boolean {
    return ORDER.some((priority) => this.#ready[priority].size > 0);
  }

  remove(stream: Schedulable): void {
    for (const priority of ORDER) this.#ready[priority].delete(stream);
  }

  clear(): void {
    for (const priority of ORDER) this.#ready[priority].clear();
  }

  /** True while something that is not interactive waits. */
  get sharing(): boolean {
    return NOT_INTERACTIVE.some((priority) => this.#ready[priority].size > 0);
  }

  /** Writes STREAM frames of these classes until the record is full or nothing may go. */
  serve(
    record: RecordBuffer,
    frames: Retained[],
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
  frames: Retained[],
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
