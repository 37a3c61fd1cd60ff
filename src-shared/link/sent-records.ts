import { LinkError } from './errors.ts';

/** Sent frame whose owner, such as a stream, must learn if it arrived or has to be sent again. Exactly one of the two functions is called, once. */
export interface Retained {
  acknowledged(): void;
  lost(): void;
}

type SentRecord = Readonly<{ number: number; frames: readonly Retained[] }>;

/** Records of one path that are not acknowledged yet, in order. Record numbers start at 1. */
export class SentRecords {
  #records: SentRecord[] = [];
  #head = 0;
  #last = 0;

  /** Number of the newest sent record. */
  get last(): number {
    return this.#last;
  }

  /** Number of unacknowledged records. */
  get size(): number {
    return this.#records.length - this.#head;
  }

  /** Adds the next record. `frames` has only those frames that need an acknowledgement. */
  add(frames: readonly Retained[]): void {
    this.#last += 1;
    if (frames.length > 0) this.#records.push({ number: this.#last, frames });
  }

  /**
   * Marks all records up to this number as acknowledged and calls their owners.
   * @returns true if any of them was unacknowledged
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

  /** Marks all records after this number as lost, and calls the owners of their frames in the order of sending. */
  abandon(upTo: number): void {
    this.acknowledge(upTo);
    const records = this.#records.slice(this.#head);
    this.clear();
    for (const record of records) for (const frame of record.frames) frame.lost();
  }

  /** Forgets all records without calling the owners. */
  clear(): void {
    this.#records = [];
    this.#head = 0;
  }
}
