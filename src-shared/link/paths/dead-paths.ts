import { encodeFrame } from '../frame-encoder.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { Retained, SentRecords } from '../sent-records.ts';

/** Dead paths that the other side has not acknowledged, at most. */
export const MOST_DEAD_PATHS = 1024;

/**
 * Settlement of dead paths. Each side reports in ABANDON the last record it processed; only then are later ones sent
 * again, so that no frame is processed twice or missed.
 */
export class DeadPaths {
  /**
   * Path whose frames wait for the other side's ABANDON. At most one: before that, no later path carries frames whose
   * order counts.
   */
  #unsettled: Readonly<{ path: number; sent: SentRecords }> | undefined;
  readonly #toTell = new Map<number, number>();
  readonly #told = new Map<number, number>();

  /**
   * Adds a path that was in use.
   * @param processed last record of the other side that was processed
   * @param ordered stream frames were sent on it; without them, everything may be sent again at once, as it may arrive
   *   twice
   */
  add(path: number, sent: SentRecords, processed: number, ordered: boolean): void {
    this.#toTell.set(path, processed);
    if (!ordered || sent.size === 0) {
      sent.abandon(0);
      return;
    }
    if (this.#unsettled !== undefined) throw new Error('two paths wait to be settled');
    this.#unsettled = { path, sent };
  }

  /** Adds a path that the other side used and this side never heard of. */
  addUnknown(path: number): void {
    this.#toTell.set(path, 0);
  }

  /** True while stream frames must wait for the other side's ABANDON, or their order would be lost. */
  get unsettled(): boolean {
    return this.#unsettled !== undefined;
  }

  /** Number of paths not settled yet. */
  get size(): number {
    return this.#toTell.size + this.#told.size + (this.#unsettled === undefined ? 0 : 1);
  }

  get tooMany(): boolean {
    return this.#toTell.size + this.#told.size > MOST_DEAD_PATHS;
  }

  /** Handles ABANDON: frames after `record` go back to their owners. Repetitions are ignored. */
  settle(path: number, record: number): void {
    const unsettled = this.#unsettled;
    if (unsettled?.path !== path) return;
    this.#unsettled = undefined;
    unsettled.sent.abandon(record);
  }

  /** Handles an ACK that was in flight when the path ended. */
  acknowledge(path: number, record: number): void {
    if (this.#unsettled?.path === path) this.#unsettled.sent.acknowledge(record);
  }

  fill(record: RecordBuffer, frames: Retained[]): void {
    for (const [path, processed] of this.#toTell) {
      if (!record.put(encodeFrame({ type: 'abandon', path, record: processed }))) return;
      this.#toTell.delete(path);
      this.#told.set(path, processed);
      frames.push({
        acknowledged: () => this.#told.delete(path),
        lost: () => {
          this.#told.delete(path);
          this.#toTell.set(path, processed);
        },
      });
    }
  }

  /** Writes ABANDON frames on a path that may never come into use; they are repeated on one that does. */
  fillProbe(record: RecordBuffer): void {
    for (const dead of [this.#told, this.#toTell])
      for (const [path, processed] of dead)
        if (!record.put(encodeFrame({ type: 'abandon', path, record: processed }))) return;
  }

  clear(): void {
    this.#unsettled?.sent.clear();
    this.#unsettled = undefined;
    this.#toTell.clear();
    this.#told.clear();
  }
}
