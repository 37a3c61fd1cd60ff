import { encodeFrame } from '../frame-encoder.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { Retained, SentRecords } from '../sent-records.ts';

/** Paths whose end the other side has not been told of, or has not acknowledged, at most. */
export const MOST_DEAD_PATHS = 1024;

/**
 * What is left to settle of paths that are gone. Each side tells in ABANDON which record was the last it processed; only then are later
 * ones sent again, so that no frame is ever processed twice or missed.
 */
export class DeadPaths {
  /**
   * The path whose frames wait for the other side's word. Never more than one: before that word no later path carries anything whose order
   * counts.
   */
  #unsettled: Readonly<{ path: number; sent: SentRecords }> | undefined;
  readonly #toTell = new Map<number, number>();
  readonly #told = new Map<number, number>();

  /**
   * A path we used.
   * @param processed the last record of the other side that counted
   * @param ordered frames of streams were sent on it; all others may be sent again at once, as they may come twice
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

  /** A path that the other side used and we never heard of. */
  addUnknown(path: number): void {
    this.#toTell.set(path, 0);
  }

  /** Nothing of streams may be sent before the other side has told what it got: order would be lost. */
  get unsettled(): boolean {
    return this.#unsettled !== undefined;
  }

  /** Paths that something is remembered of. */
  get size(): number {
    return this.#toTell.size + this.#told.size + (this.#unsettled === undefined ? 0 : 1);
  }

  get tooMany(): boolean {
    return this.#toTell.size + this.#told.size > MOST_DEAD_PATHS;
  }

  /** ABANDON of the other side: what came after `record` goes back to its owners. Nothing, if it was said before. */
  settle(path: number, record: number): void {
    const unsettled = this.#unsettled;
    if (unsettled?.path !== path) return;
    this.#unsettled = undefined;
    unsettled.sent.abandon(record);
  }

  /** ACK that was on its way when the path ended. */
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

  /** Writes it on a path that may never come into use: it is told again on one that does. */
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
