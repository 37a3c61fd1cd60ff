import { LinkError } from './errors.ts';

/**
 * Callbacks for a sent frame, by which its sender, such as a stream, learns if the frame arrived. At most one of them is called, once; neither if the
 * session ends first.
 */
export interface SentFrame {
  /** Called when the other side has acknowledged the frame's record. */
  acknowledged(): void;
  /** Called when the record is lost with its path, so that the sender sends the frame again. */
  lost(): void;
}

type SentRecord = Readonly<{ number: number; frames: readonly SentFrame[] }>;

/**
 * Unacknowledged records of one path, in order. Its `Path` adds and acknowledges them; once the path is dead, `DeadPaths` settles the rest. Record
 * numbers start at 1. Touches memory only.
 */
export class SentRecords {
  #records: SentRecord[] = [];
  #head = 0;
  #last = 0;

  /** Number of the newest sent record; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Number of unacknowledged records that contain frames which need an acknowledgement. */
  get size(): number {
    return this.#records.length - this.#head;
  }

  /** Counts the next record as sent. `frames` has only those of its frames that need an acknowledgement; a record without any isn't stored. */
  add(frames: readonly SentFrame[]): void {
    this.#last += 1;
    if (frames.length > 0) this.#records.push({ number: this.#last, frames });
  }

  /**
   * Removes all records up to this number and calls `acknowledged` of their frames.
   * @returns true if any record was removed
   * @throws {LinkError} `link.path` for a record that was never sent
   */
  acknowledge(upTo: number): boolean {
    if (upTo > this.#last) throw new LinkError('link.path', 'acknowledgement of a record that was never sent');
    let news = false;
    for (;;) {
      const record = this.#records[this.#head];
      if (record === undefined || record.number > upTo) break;
      this.#head += 1;
      news = true;
      for (const frame of record.frames) frame.acknowledged();
    }
    if (this.#head * 2 > this.#records.length) {
      this.#records.splice(0, this.#head);
      this.#head = 0;
    }
    return news;
  }

  /** Acknowledges all records up to this number, removes the later ones, and calls `lost` of their frames in the order of sending. */
  abandon(upTo: number): void {
    this.acknowledge(upTo);
    const records = this.#records.slice(this.#head);
    this.clear();
    for (const record of records) for (const frame of record.frames) frame.lost();
  }

  /** Removes all records without calling anything. */
  clear(): void {
    this.#records = [];
    this.#head = 0;
  }
}
