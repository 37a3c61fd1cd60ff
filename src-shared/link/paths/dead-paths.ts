import { encodeFrame } from '../frame-encoder.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { SentFrame, SentRecords } from '../sent-records.ts';

/** Maximum number of dead paths whose ABANDON the other side has not acknowledged. */
export const MOST_DEAD_PATHS = 1024;

/**
 * Dead paths of a session that are not settled. When a path dies, each side reports in an ABANDON frame the last record that it processed; the other
 * side then sends the frames of later records again on another path, so that no frame is processed twice or missed. Used by `Paths` and
 * `FrameSource`.
 */
export class DeadPaths {
  /**
   * Path whose frames wait for the other side's ABANDON. At most one: before that, no later path carries frames whose
   * order counts.
   */
  #unsettled: Readonly<{ path: number; sent: SentRecords }> | undefined;
  readonly #unsent = new Map<number, number>();
  readonly #announced = new Map<number, number>();

  /**
   * Adds a path that was in use.
   * @param processed number of the other side's last record that this side processed
   * @param ordered true if stream frames were sent on the path; if false, all frames are sent again at once, because they may arrive twice
   */
  add(path: number, sent: SentRecords, processed: number, ordered: boolean): void {
    this.#unsent.set(path, processed);
    if (!ordered || sent.size === 0) {
      sent.abandon(0);
      return;
    }
    if (this.#unsettled !== undefined) throw new Error('two paths wait to be settled');
    this.#unsettled = { path, sent };
  }

  /** Adds a path that the other side used but on which this side received nothing. */
  addUnknown(path: number): void {
    this.#unsent.set(path, 0);
  }

  /** True while stream frames must wait for the other side's ABANDON to keep their order. */
  get unsettled(): boolean {
    return this.#unsettled !== undefined;
  }

  /** Number of dead paths that are not settled. */
  get size(): number {
    return this.#unsent.size + this.#announced.size + (this.#unsettled === undefined ? 0 : 1);
  }

  /** True if there are more than MOST_DEAD_PATHS; the session then ends. */
  get tooMany(): boolean {
    return this.#unsent.size + this.#announced.size > MOST_DEAD_PATHS;
  }

  /** Handles ABANDON: the owners of frames after `record` send them again. A repeated ABANDON is ignored. */
  settle(path: number, record: number): void {
    const unsettled = this.#unsettled;
    if (unsettled?.path !== path) return;
    this.#unsettled = undefined;
    unsettled.sent.abandon(record);
  }

  /** Handles an ACK that was on its way when the path died. */
  acknowledge(path: number, record: number): void {
    if (this.#unsettled?.path === path) this.#unsettled.sent.acknowledge(record);
  }

  /** Writes the ABANDON frames that have not been sent. Adds them to `frames`, so that they are sent again after a loss. */
  fill(record: RecordBuffer, frames: SentFrame[]): void {
    for (const [path, processed] of this.#unsent) {
      if (!record.put(encodeFrame({ type: 'abandon', path, record: processed }))) return;
      this.#unsent.delete(path);
      this.#announced.set(path, processed);
      frames.push({
        acknowledged: () => this.#announced.delete(path),
        lost: () => {
          this.#announced.delete(path);
          this.#unsent.set(path, processed);
        },
      });
    }
  }

  /** Writes all ABANDON frames on a path that may never be used. They are repeated on the path that is. */
  fillProbe(record: RecordBuffer): void {
    for (const dead of [this.#announced, this.#unsent])
      for (const [path, processed] of dead)
        if (!record.put(encodeFrame({ type: 'abandon', path, record: processed }))) return;
  }

  clear(): void {
    this.#unsettled?.sent.clear();
    this.#unsettled = undefined;
    this.#unsent.clear();
    this.#announced.clear();
  }
}
