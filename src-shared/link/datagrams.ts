import type { Clock } from '../clock.ts';
import { FIELD } from './frames.ts';
import type { LinkLimits } from './limits.ts';
import type { RecordBuffer } from './record-buffer.ts';

/** Fixed cost of a queued datagram, bytes, so that empty ones are limited too. */
const OVERHEAD = 64;

/** Bytes added to a flow's credit per turn. */
const QUANTUM = 4096;

type Datagram = Readonly<{ head: Uint8Array | undefined; bytes: Uint8Array; size: number; until: number }>;

/** The datagrams of one flow, the oldest first. */
type Flow = { readonly id: number; waiting: Datagram[]; first: number; size: number; credit: number };

/**
 * Datagrams on their way out. They are never sent twice, and a late one is worth nothing: those that waited longer than `age` ms are dropped.
 * Flows take turns by bytes (deficit round robin); when the queue is full, the flow that fills it most loses its oldest.
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

  /** Bytes queued, overhead included. */
  get size(): number {
    return this.#size;
  }

  /** Datagrams that were taken and never sent. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Queues a datagram and takes ownership of the bytes.
   * @param head goes before `bytes`
   * @returns false when it is too large
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
   * Writes datagrams into the record: those that fit in `most` bytes and one more, so that a large one is not held back
   * permanently.
   * @returns whether it wrote any
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

  /** The flow whose turn it is, with a datagram that is not late. */
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
