import { fromHex, toHex } from '../../bytes/index.ts';
import type { Clock, Timer } from '../../clock.ts';
import { LinkError } from '../errors.ts';
import { WindowedMinimum } from './windowed-minimum.ts';
import { RoundTrip } from './round-trip.ts';
import { LazyPromise } from '../lazy-promise.ts';

type Outstanding = Readonly<{
  number: number;
  sentAt: number;
  answer: LazyPromise<number> | undefined;
  timer: Timer | undefined;
}>;

/** Maximum number of unanswered PINGs that are remembered, and of PONGs to send; more are dropped. */
const MOST = 16;

const NONE: readonly Uint8Array[] = [];

/** PING and PONG frames of one path: requests, answers and the measured round trips. Reads the clock; the path's record writer sends the frames. */
export class Pings {
  readonly roundTrip = new RoundTrip();
  readonly #recent = new WindowedMinimum();
  readonly #clock: Clock;
  readonly #outstanding = new Map<string, Outstanding>();
  #owed: Uint8Array[] = [];
  #wanted: { answer: LazyPromise<number> | undefined; timer: Timer | undefined }[] = [];
  #counter = 0;
  #answered = 0;
  #lastAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests a PING in the next record. */
  want(): void {
    if (this.#wanted.length === 0) this.#wanted.push({ answer: undefined, timer: undefined });
  }

  /** Requests a PING and resolves to its round trip, ms. @throws {LinkError} `link.timeout` */
  measure(timeout: number): Promise<number> {
    const answer = new LazyPromise<number>();
    const timer = this.#clock.setTimer(timeout, () => {
      answer.reject(new LinkError('link.timeout', `no answer within ${timeout} ms`, { details: { timeout } }));
    });
    this.#wanted.push({ answer, timer });
    return answer.promise;
  }

  /** Least round trip of the last ten seconds, ms; undefined without one. */
  get recent(): number | undefined {
    return this.#recent.least(this.#clock.monotonic());
  }

  /** True while a PING waits for its answer. A PING counts as answered when a later one is, because answers arrive in order. */
  get open(): boolean {
    return this.#counter > this.#answered;
  }

  /** Time since the last PING, ms. */
  get age(): number {
    return this.#clock.monotonic() - this.#lastAt;
  }

  /** Returns the data of the requested PINGs, to be sent now. */
  takeWanted(): readonly Uint8Array[] {
    const wanted = this.#wanted;
    if (wanted.length === 0) return NONE;
    this.#wanted = [];
    this.#lastAt = this.#clock.monotonic();
    return wanted.map(({ answer, timer }) => {
      this.#counter += 1;
      const key = this.#counter.toString(16).padStart(8, '0');
      this.#outstanding.set(key, { number: this.#counter, sentAt: this.#lastAt, answer, timer });
      this.#forgetOldest();
      return fromHex(key);
    });
  }

  /** Returns the data of the PONGs to send now. */
  takeOwed(): readonly Uint8Array[] {
    const owed = this.#owed;
    if (owed.length > 0) this.#owed = [];
    return owed;
  }

  /** Handles PING: its data waits for `takeOwed`. */
  receivePing(data: Uint8Array): void {
    if (this.#owed.length < MOST) this.#owed.push(data.slice());
  }

  /** Handles PONG. Returns the round trip, ms; undefined if no PING with this data is waiting. */
  receivePong(data: Uint8Array): number | undefined {
    const key = toHex(data);
    const ping = this.#outstanding.get(key);
    if (ping === undefined) return undefined;
    this.#outstanding.delete(key);
    this.#answered = Math.max(this.#answered, ping.number);
    const now = this.#clock.monotonic();
    const sample = now - ping.sentAt;
    this.roundTrip.add(sample);
    this.#recent.add(sample, now);
    ping.timer?.cancel();
    ping.answer?.resolve(sample);
    return sample;
  }

  /** Rejects pending measurements because the path has ended. */
  end(error: Error): void {
    for (const ping of [...this.#wanted, ...this.#outstanding.values()]) {
      ping.timer?.cancel();
      ping.answer?.reject(error);
    }
    this.#wanted = [];
    this.#outstanding.clear();
    this.#owed = [];
  }

  #forgetOldest(): void {
    for (const [key, ping] of this.#outstanding) {
      if (this.#outstanding.size <= MOST) return;
      if (ping.answer === undefined || ping.answer.settled) this.#outstanding.delete(key);
    }
  }
}
