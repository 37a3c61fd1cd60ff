import type { DatagramQueue } from './datagram-queue.ts';
import { MAX_RECORD } from './limits.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { SentFrame } from './sent-records.ts';

/** Makes a record with datagrams be acknowledged, so that it counts as in flight (RFC 9221 section 5). Lost datagrams aren't sent again. */
const IN_FLIGHT: SentFrame = { acknowledged: () => undefined, lost: () => undefined };

/** Streams of a session that aren't interactive, as the scheduler sees them. */
export interface SharingStreams {
  /** True while these streams have something to send. */
  readonly waiting: boolean;
  /** Writes data of these streams into the record. */
  fill(record: RecordBuffer, frames: SentFrame[]): void;
}

/** Number of bytes by which datagrams may be ahead of streams before streams go first. */
const MOST_AHEAD = MAX_RECORD / 2;

/**
 * Divides the space in records between datagrams and streams that aren't interactive. Datagrams go first, because they are small and are dropped when
 * late; while both wait, each gets half of the bytes.
 */
export class RecordScheduler {
  /** Bytes that datagrams had more than streams while both waited. */
  #ahead = 0;

  /**
   * Fills the record.
   * @param allowance returns how many bytes a record that already has `filled` bytes may take now
   */
  share(
    record: RecordBuffer,
    frames: SentFrame[],
    { datagrams, streams }: Readonly<{ datagrams: DatagramQueue; streams: SharingStreams }>,
    allowance: (filled: number) => number,
  ): void {
    if (datagrams.isEmpty) {
      this.#ahead = 0;
      streams.fill(record, frames);
      return;
    }
    const write = (most: number): void => {
      if (most > 0 && datagrams.writeTo(record, most)) frames.push(IN_FLIGHT);
    };
    if (!streams.waiting) {
      this.#ahead = 0;
      write(allowance(record.length));
      return;
    }
    const start = record.length;
    if (this.#ahead < MOST_AHEAD) write(Math.min(allowance(start), record.room / 2));
    const middle = record.length;
    streams.fill(record, frames);
    const end = record.length;
    this.#ahead = Math.min(MAX_RECORD, Math.max(0, this.#ahead + (middle - start) - (end - middle)));
    // What streams may not take now, or leave.
    if (end === middle || !streams.waiting) write(allowance(end));
  }
}
