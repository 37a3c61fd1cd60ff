import type { Clock } from '../clock.ts';
import { FIELD } from './frames.ts';
import type { LinkLimits } from './limits.ts';
import type { RecordBuffer } from './record-buffer.ts';

/** Bytes counted for each queued datagram in addition to its length, so that empty datagrams are limited too. */
const OVERHEAD = 64;

/** Bytes that a flow may send in each of its turns. */
const QUANTUM = 4096;

type Datagram = Readonly<{ head: Uint8Array | undefined; bytes: Uint8Array; size: number; until: number }>;

/** Queued datagrams of one flow, the oldest first. A flow is one association of a forward. */
type Flow = { readonly id: number; waiting: Datagram[]; first: number; size: number; credit: number };

/**
 * Queue of a session's outgoing datagrams. A datagram that waited longer than `datagramAge` ms is dropped, and none is sent twice. Flows take turns
 * by bytes (deficit round robin). If the queue is full, the flow with the most bytes loses its oldest datagram. Reads the clock.
 */
export class DatagramQueue {
  readonly #clock: Clock;
  readonly #limits: Pick<LinkLimits, 'datagramAge' | 'datagramBytes'>;
  /** Flows with datagrams to send, in the order of their turns. */
  readonly #flows = new Map<number, Flow>();
  #size = 0;
  #dropped = 0;

  constructor(clock: Clock, limits: Pick<LinkLimits, 'datagramAge' | 'datagramBytes'>) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#flows.size === 0;
  }

  /** Bytes queued, including 64 for each datagram. */
  get size(): number {
    return this.#size;
  }

  /** Number of datagrams that were queued but never sent. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Queues a datagram of `head` followed by `bytes`. The queue owns the arrays afterwards.
   * @returns false if the datagram is too large
   */
  add(flow: number, bytes: Uint8Array, head?: Uint8Array): boolean {
    const length = bytes.length + (head?.length ?? 0);
    if (length > FIELD.datagram) return false;
    const queue = this.#flows.get(flow) ?? { id: flow, waiting: [], first: 0, size: 0, credit: 0 };
    this.#flows.set(flow, queue);
    const size = length + OVERHEAD;
    queue.waiting.push({ head, bytes, size, until: this.#clock.monotonic() + this.#limits.datagramAge });
    queue.size += size;
    this.#size += size;
    while (this.#size > this.#limits.datagramBytes) this.#drop(this.#largest(queue));
    return true;
  }

  /**
   * Writes queued datagrams into the record until `most` bytes are reached or the next one doesn't fit into the record. The last one may go beyond
   * `most`, so that a large one doesn't wait permanently.
   * @returns true if it wrote any
   */
  writeTo(record: RecordBuffer, most: number): boolean {
    const now = this.#clock.monotonic();
    const start = record.length;
    for (;;) {
      const flow = this.#next(now);
      const datagram = flow?.waiting[flow.first];
      if (flow === undefined || datagram === undefined) break;
      const fits = most > record.length - start && record.putDatagram(flow.id, datagram.bytes, datagram.head);
      if (!fits) break;
      flow.credit -= datagram.size;
      this.#shift(flow);
    }
    return record.length > start;
  }

  clear(): void {
    for (const { waiting, first } of this.#flows.values()) this.#dropped += waiting.length - first;
    this.#flows.clear();
    this.#size = 0;
  }

  /** Returns the flow whose turn it is and whose first datagram isn't too old. */
  #next(now: number): Flow | undefined {
    for (;;) {
      const flow = this.#flows.values().next().value;
      const datagram = flow?.waiting[flow.first];
      if (flow === undefined || datagram === undefined) return undefined;
      if (datagram.until < now) this.#drop(flow);
      else if (this.#flows.size === 1 || flow.credit >= datagram.size) return flow;
      else {
        // Its turn is over.
        flow.credit += QUANTUM;
        this.#flows.delete(flow.id);
        this.#flows.set(flow.id, flow);
      }
    }
  }

  #drop(flow: Flow): void {
    this.#dropped += 1;
    this.#shift(flow);
  }

  /** Removes the oldest datagram of the flow. */
  #shift(flow: Flow): void {
    const size = flow.waiting[flow.first]?.size ?? 0;
    flow.first += 1;
    flow.size -= size;
    this.#size -= size;
    if (flow.first === flow.waiting.length) this.#flows.delete(flow.id);
    else if (flow.first * 2 > flow.waiting.length) {
      flow.waiting.splice(0, flow.first);
      flow.first = 0;
    }
  }

  #largest(first: Flow): Flow {
    let largest = first;
    for (const flow of this.#flows.values()) if (flow.size > largest.size) largest = flow;
    return largest;
  }
}
