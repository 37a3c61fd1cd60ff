import { encodeFrame } from './frame-encoder.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { Retained, SentRecords } from './sent-records.ts';

/** Paths whose end one side has not told the other yet, at most. */
const MOST = 64;

/**
 * What is left to settle of paths that are gone. Each side tells in ABANDON which record was the last it processed; only then are later
 * ones sent again, so that no frame is ever processed twice or missed.
 */
export class DeadPaths {
  readonly #unsettled = new Map<number, SentRecords>();
  #toTell: { path: number; record: number }[] = [];
  readonly #told = new Set<number>();

  /** A path we used; `processed` is the last record of the other side that counted. */
  add(path: number, sent: SentRecords, processed: number): void {
    this.#unsettled.set(path, sent);
    this.#tell(path, processed);
  }

  /** A path that the other side used and we never heard of. */
  addUnknown(path: number): void {
    this.#tell(path, 0);
  }

  /** Nothing may be sent before the other side has told what it got: order would be lost. */
  get unsettled(): boolean {
    return this.#unsettled.size > 0;
  }

  get tooMany(): boolean {
    return this.#unsettled.size > MOST || this.#toTell.length + this.#told.size > MOST;
  }

  /** ABANDON of the other side: what came after `record` goes back to its owners. Undefined if the path is not known here. */
  settle(path: number, record: number): void {
    const sent = this.#unsettled.get(path);
    if (sent === undefined) return;
    this.#unsettled.delete(path);
    sent.abandon(record);
  }

  /** ACK that was on its way when the path ended. */
  acknowledge(path: number, record: number): void {
    this.#unsettled.get(path)?.acknowledge(record);
  }

  fill(record: RecordBuffer, frames: Retained[]): void {
    for (let next = this.#toTell[0]; next !== undefined; next = this.#toTell[0]) {
      const told = next;
      if (!record.put(encodeFrame({ type: 'abandon', ...told }))) return;
      this.#toTell.shift();
      this.#told.add(told.path);
      frames.push({
        acknowledged: () => this.#told.delete(told.path),
        lost: () => {
          this.#told.delete(told.path);
          this.#toTell.push(told);
        },
      });
    }
  }

  clear(): void {
    for (const sent of this.#unsettled.values()) sent.clear();
    this.#unsettled.clear();
    this.#toTell = [];
    this.#told.clear();
  }

  #tell(path: number, record: number): void {
    this.#toTell.push({ path, record });
  }
}
