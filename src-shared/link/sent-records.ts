import { LinkError } from './errors.ts';

/** A sent frame that its owner must know to have arrived, or send again. Exactly one of the two is called, once. */
export interface Retained {
  acknowledged(): void;
  lost(): void;
}

type SentRecord = Readonly<{ number: number; frames: readonly Retained[] }>;

/** The records of one path whose frames are not acknowledged yet, in order. Numbers start at 1. */
export class SentRecords {
  #records: SentRecord[] = [];
  #head = 0;
  #last = 0;

  /** Number of the newest record. */
  get last(): number {
    return this.#last;
  }

  /** Records that wait for their acknowledgement. */
  get size(): number {
    return this.#records.length - this.#head;
  }

  /** Counts a record; frames that are not sent again are not in `frames`. */
  add(frames: readonly Retained[]): void {
    this.#last += 1;
    if (frames.length > 0) this.#records.push({ number: this.#last, frames });
  }

  /**
   * Acknowledges all records up to this one.
   * @returns whether any of them was unacknowledged
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

  /** Marks everything after `upTo` as lost and notifies the owners, in the order of sending. */
  abandon(upTo: number): void {
    this.acknowledge(upTo);
    const records = this.#records.slice(this.#head);
    this.clear();
    for (const record of records) for (const frame of record.frames) frame.lost();
  }

  clear(): void {
    this.#records = [];
    this.#head = 0;
  }
}
