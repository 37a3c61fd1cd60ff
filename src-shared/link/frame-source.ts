import type { Candidates } from './candidates.ts';
import type { DatagramQueue } from './datagram-queue.ts';
import type { DeadPaths } from './paths/index.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { SentFrame } from './sent-records.ts';
import { RecordScheduler, type SharingStreams } from './record-scheduler.ts';
import type { StreamTable } from './streams/index.ts';
import type { SessionRole } from './types.ts';

/** Parts of a session that have frames to send. */
export type FrameSourceParts = Readonly<{
  role: SessionRole;
  streams: StreamTable;
  datagrams: DatagramQueue;
  candidates: Candidates;
  deadPaths: DeadPaths;
  /** Returns how many bytes of streams that aren't interactive the path allows in a record that already has `filled` bytes. */
  allowance(filled: number): number;
}>;

/**
 * Source of all frames that a session sends. A path calls it to fill the next record, to learn if more frames wait, and if someone may be typing. A
 * session has one; its paths and their record writers share it.
 */
export class FrameSource {
  readonly #parts: FrameSourceParts;
  readonly #scheduler = new RecordScheduler();
  readonly #bulk: SharingStreams;
  /** CLOSE; from then on nothing else is sent. */
  #close: { readonly frame: Uint8Array; readonly acknowledged: () => void; isQueued: boolean } | undefined;
  #streamsSent = false;
  #ended = false;

  constructor(parts: FrameSourceParts) {
    this.#parts = parts;
    const { streams } = parts;
    this.#bulk = {
      get waiting() {
        return streams.sharing;
      },
      fill: (record, frames) => streams.fillOthers(record, frames),
    };
  }

  /** True while a stream is open. */
  get hasStreams(): boolean {
    return this.#parts.streams.size > 0;
  }

  /** True while a stream is open or a dead path is not settled. The path in use is then checked more often. */
  get active(): boolean {
    return this.#parts.streams.size > 0 || this.#parts.deadPaths.size > 0;
  }

  /** True while an interactive stream is open. Writes to the channel are then short. */
  get interactive(): boolean {
    return this.#parts.streams.interactive;
  }

  /** Bytes written to streams and not yet in a record, and bytes of queued datagrams. */
  get queuedBytes(): number {
    return this.#parts.streams.queuedBytes + this.#parts.datagrams.size;
  }

  /** True while data is waiting to be sent. */
  get waiting(): boolean {
    return this.#parts.streams.waiting || !this.#parts.datagrams.isEmpty;
  }

  /**
   * Writes frames into a record of the path in use, in strict order: CLOSE, the settlement of dead paths, candidates, credit and control of streams,
   * interactive data; datagrams and other data share the rest. Adds to `frames` those that must be sent again if the record is lost.
   */
  fill(record: RecordBuffer, frames: SentFrame[]): void {
    if (this.#ended) return;
    if (this.#close !== undefined) {
      this.#fillClose(record, frames);
      return;
    }
    const { deadPaths, candidates } = this.#parts;
    deadPaths.fill(record, frames);
    if (!candidates.fill(record, frames) || deadPaths.unsettled) return;
    const before = frames.length;
    this.#fillStreams(record, frames);
    if (frames.length > before) this.#streamsSent = true;
  }

  /**
   * Writes into a record of a path that is not in use yet. The responder sends its ABANDON frames there, because the initiator needs them to decide
   * about the path.
   */
  fillProbe(record: RecordBuffer): void {
    if (this.#parts.role === 'responder') this.#parts.deadPaths.fillProbe(record);
  }

  /** Reports whether stream or datagram frames were sent since the last call. Called when another path replaces the one in use. */
  takeStreamsSent(): boolean {
    const sent = this.#streamsSent;
    this.#streamsSent = false;
    return sent;
  }

  /**
   * Sends this CLOSE frame once, and nothing else from now on.
   * @param acknowledged called when the other side has the frame
   */
  close(frame: Uint8Array, acknowledged: () => void): void {
    this.#close = { frame, acknowledged, isQueued: true };
  }

  /** Sends nothing more, not even CLOSE. */
  end(): void {
    this.#ended = true;
  }

  #fillClose(record: RecordBuffer, frames: SentFrame[]): void {
    const close = this.#close;
    if (close?.isQueued !== true || !record.put(close.frame)) return;
    close.isQueued = false;
    frames.push({ acknowledged: close.acknowledged, lost: () => undefined });
  }

  #fillStreams(record: RecordBuffer, frames: SentFrame[]): void {
    const { streams, datagrams, allowance } = this.#parts;
    if (!streams.fillControl(record, frames)) return;
    streams.fillInteractive(record, frames);
    this.#scheduler.share(record, frames, { datagrams, streams: this.#bulk }, allowance);
  }
}
