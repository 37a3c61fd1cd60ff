import type { Clock } from '../clock.ts';
import { encodeFrame } from './frame-encoder.ts';
import { FIELD } from './frames.ts';
import type { RecordBuffer } from './record-buffer.ts';

/** Datagrams that wait at a time, at most. */
const MOST = 256;

/** Datagrams on their way out: a late one is worth nothing, so those that waited longer than `age` ms are dropped. */
export class DatagramQueue {
  readonly #clock: Clock;
  readonly #age: number;
  #queue: { frame: Uint8Array; until: number }[] = [];

  constructor(clock: Clock, age: number) {
    this.#clock = clock;
    this.#age = age;
  }

  /** False when it is too large. The oldest gives way when the queue is full. */
  add(flow: number, bytes: Uint8Array): boolean {
    if (bytes.length > FIELD.datagram) return false;
    this.#queue.push({
      frame: encodeFrame({ type: 'datagram', flow, bytes }),
      until: this.#clock.monotonic() + this.#age,
    });
    if (this.#queue.length > MOST) this.#queue.shift();
    return true;
  }

  writeTo(record: RecordBuffer): void {
    const now = this.#clock.monotonic();
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (next.until >= now && !record.put(next.frame)) return;
      this.#queue.shift();
    }
  }

  clear(): void {
    this.#queue = [];
  }
}
