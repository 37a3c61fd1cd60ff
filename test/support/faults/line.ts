import type { Clock, Timer } from '#shared/clock.ts';
import type { SeededRandom } from './random.ts';

/** What one direction of a link does to everything that passes. */
export type LineConditions = Readonly<{
  /** One way, ms. */
  latency: number;
  /** On top of it, ms: uniform between 0 and this. What has to stay in order does. */
  jitter: number;
  /** Bytes per second; Infinity for a wire that takes everything at once. */
  rate: number;
  /** Bytes that may wait for the wire; those that are on it do not count. */
  queue: number;
}>;

export const PERFECT: LineConditions = { latency: 0, jitter: 0, rate: Infinity, queue: 256 * 1024 };

/** Bytes on a wire without a rate: its latency must not become memory without end. */
const MOST_ON_A_FAST_WIRE = 16 * 1024 * 1024;

/** Timers count whole milliseconds, and arithmetic rounds. */
const TOLERANCE = 1e-3;

export type LineOptions = Readonly<{ clock: Clock; random: SeededRandom; conditions?: Partial<LineConditions> }>;
type Parcel = Readonly<{ due: number; length: number; deliver(): void }>;
type Waiter = Readonly<{ length: number; go(): void }>;

/**
 * One direction of a link: a wire with a rate and a length, behind ONE queue for all who send. When something leaves is reckoned and not
 * timed, so that the rate is exact although timers are late; only arrivals are late by what the timer is (about a millisecond).
 */
export class Line {
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  #conditions: LineConditions;
  /** On their way, by time of arrival. */
  #parcels: Parcel[] = [];
  #waiters: Waiter[] = [];
  /** When the last byte that was taken leaves the queue, and when the last one that is in order arrives; line time, ms. */
  #lastDeparture = 0;
  #lastArrival = 0;
  #onTheWay = 0;
  #timer: Timer | undefined;
  /** Line time stands still in a stall: this much of it is missing. */
  #stoodStill = 0;
  #stalledAt: number | undefined;

  constructor(options: LineOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#conditions = { ...PERFECT, ...options.conditions };
  }

  /** For what is sent from now on. */
  setConditions(conditions: Partial<LineConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions };
    this.#arm();
  }

  get conditions(): LineConditions {
    return this.#conditions;
  }

  /** Bytes that wait for the wire. */
  get queued(): number {
    const { rate } = this.#conditions;
    return rate === Infinity ? 0 : Math.max(0, ((this.#lastDeparture - this.#now()) * rate) / 1000);
  }

  /** Most bytes to send as one parcel, so that those who share the wire alternate: a packet, or a millisecond of a faster wire. */
  get quantum(): number {
    const { rate } = this.#conditions;
    return rate === Infinity ? Infinity : Math.max(1448, Math.round(rate / 1000));
  }

  /** Somebody waits already: who comes now goes behind. */
  get contended(): boolean {
    return this.#waiters.length > 0;
  }

  /** Whether as many bytes would be taken now. An empty queue takes a parcel of any size. */
  hasRoom(length: number): boolean {
    const { rate, queue } = this.#conditions;
    if (rate === Infinity) return this.#onTheWay === 0 || this.#onTheWay + length <= MOST_ON_A_FAST_WIRE;
    const { queued } = this;
    return queued <= TOLERANCE || queued + length <= queue + TOLERANCE;
  }

  /**
   * Takes a parcel; `deliver` is called when it arrives. False, and nothing happens, when the queue is full.
   * @param late ms more than the others: with `ordered` false it lets them pass.
   */
  send(length: number, deliver: () => void, options: Readonly<{ ordered?: boolean; late?: number }> = {}): boolean {
    if (length > 0 && !this.hasRoom(length)) return false;
    const { latency, jitter, rate } = this.#conditions;
    const { ordered = true, late = 0 } = options;
    const now = this.#now();
    this.#lastDeparture = Math.max(now, this.#lastDeparture) + (rate === Infinity ? 0 : (length / rate) * 1000);
    let due = this.#lastDeparture + latency + (jitter > 0 ? this.#random.between(0, jitter) : 0) + late;
    if (ordered) {
      due = Math.max(due, this.#lastArrival);
      this.#lastArrival = due;
    }
    this.#onTheWay += length;
    if (this.#stalledAt === undefined && due <= now && this.#parcels.length === 0) {
      this.#onTheWay -= length;
      deliver();
      return true;
    }
    let place = this.#parcels.length;
    while (place > 0 && (this.#parcels[place - 1]?.due ?? 0) > due) place -= 1;
    this.#parcels.splice(place, 0, { due, length, deliver });
    this.#arm();
    return true;
  }

  /** Calls back once there is room for so many bytes; who asked first goes first. */
  whenRoom(length: number, go: () => void): void {
    this.#waiters.push({ length, go });
    this.#arm();
  }

  /** Nothing moves any more, nothing is lost: what TCP makes of a network that is gone for a while. */
  stall(): void {
    this.#stalledAt ??= this.#clock.monotonic();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  resume(): void {
    if (this.#stalledAt === undefined) return;
    this.#stoodStill += this.#clock.monotonic() - this.#stalledAt;
    this.#stalledAt = undefined;
    this.#arm();
  }

  /** Forgets everything that is on its way. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#parcels = [];
    this.#waiters = [];
    this.#onTheWay = 0;
  }

  #now(): number {
    return (this.#stalledAt ?? this.#clock.monotonic()) - this.#stoodStill;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#stalledAt !== undefined) return;
    const next = Math.min(this.#parcels[0]?.due ?? Infinity, this.#roomAt());
    if (next === Infinity) return;
    this.#timer = this.#clock.setTimer(Math.max(0, next - this.#now()), () => {
      this.#timer = undefined;
      this.#work();
    });
  }

  /** When the first of those who wait can go on. */
  #roomAt(): number {
    const [first] = this.#waiters;
    if (first === undefined) return Infinity;
    const { rate, queue } = this.#conditions;
    if (this.hasRoom(first.length)) return this.#now();
    // On a fast wire room comes with an arrival.
    if (rate === Infinity) return Infinity;
    return this.#lastDeparture - (Math.max(0, queue - first.length) / rate) * 1000;
  }

  #work(): void {
    for (;;) {
      const [parcel] = this.#parcels;
      if (parcel === undefined || parcel.due > this.#now() + TOLERANCE || this.#stalledAt !== undefined) break;
      this.#parcels.shift();
      this.#onTheWay -= parcel.length;
      parcel.deliver();
    }
    while (this.#waiters[0] !== undefined && this.hasRoom(this.#waiters[0].length)) this.#waiters.shift()?.go();
    this.#arm();
  }
}

/** Both directions of a link; several proxies may share one. */
export type Lines = Readonly<{ up: Line; down: Line }>;

export type LinkConditions = Partial<LineConditions> &
  Readonly<{ up?: Partial<LineConditions>; down?: Partial<LineConditions> }>;

/** What is not said of one direction holds for both. */
export function createLines(clock: Clock, random: SeededRandom, conditions: LinkConditions = {}): Lines {
  const { up, down, ...both } = conditions;
  return {
    up: new Line({ clock, random: random.fork(), conditions: { ...both, ...up } }),
    down: new Line({ clock, random: random.fork(), conditions: { ...both, ...down } }),
  };
}
