import type { Clock } from '../../clock.ts';
import { PathDelay } from './path-delay.ts';
import { Pacer } from './pacer.ts';
import { DeliveryRate } from './delivery-rate.ts';
import type { FlightRecord } from './delivery-rate.ts';
import { MAX_RECORD_BODY } from '../limits.ts';

/** Parameters of a `FlightController`. */
export type FlightEnvironment = Readonly<{
  clock: Clock;
  /** Maximum number of bytes in flight, on any path. */
  most: number;
  /** Reports whether a person types or may type on the session, so that queues must be short. */
  typing(): boolean;
  /** Called when the path may send more. */
  wake(): void;
}>;

/**
 * Bytes that may be in flight in addition to rate × least round trip, expressed in ms of the rate: `share` of the round trip, but at least `slack`,
 * which covers delayed acknowledgements and processes that wait for a CPU. A factor between LEAST_FACTOR and `most` multiplies the result.
 */
type Allowance = Readonly<{ share: number; slack: number; most: number }>;
const TYPING: Allowance = { share: 0.12, slack: 8, most: 8 };
const ALONE: Allowance = { share: 1, slack: 25, most: 3 };
const LEAST_FACTOR = 0.4;
const MOST_SHARE = 100;

/** Bounds of the measured queue as shares of the expected one: a shorter queue raises the factor, a longer one lowers it. */
const SHORT_QUEUE = 0.45;
const LONG_QUEUE = 0.75;
const FACTOR_STEP = 1.15;

/** Share of the best rate below which a round trip counts as stalled because too few bytes were in flight. */
const STALLED = 0.9;

/** Initial window (two common TCP windows), and smallest window, bytes. */
const FIRST_WINDOW = 32 * 1024;
const LEAST_WINDOW = 16 * 1024;

/** Time without half a window in flight, ms, after which the window starts small again, as TCP's does. */
const PAUSE = 500;

/** Number of round trips without a higher rate after which the path counts as full. */
const FLAT_ROUNDS = 3;

/** Round trip, ms, from which a path counts as long: its records are paced, and a growing delay shows that it is full. */
const LONG_PATH = 10;
/** Smallest growth of the delay, ms, that shows that a long path is full. */
const FULL_QUEUE = 8;

/**
 * Limit while someone types on a path that isn't long: bytes per ms of round trip, and the minimum (2 Gbit/s). Between processes of one machine, data
 * arrives in bursts of a few ms, so the highest rate says little and full socket buffers delay keystrokes.
 */
const NEARBY_TYPING = 256 * 1024;

/**
 * Number of round trips with a long delay after which the least round trip is measured again: if the delay lowers the rate (COSTLY_ROUNDS), or if the
 * factor is already the smallest (STUBBORN_ROUNDS).
 */
const COSTLY_ROUNDS = 3;
const STUBBORN_ROUNDS = 8;

/** Shortest time between two such measurements, ms. */
const DOUBT_INTERVAL = 1000;

/** Factor up to which a newly measured least round trip confirms the old one. */
const CONFIRMED = 1.25;

const PACING_GAIN = 1.25;

/**
 * Number of records into which a window is split, so that acknowledgements arrive in time; RECORDS_PER_WINDOW_NEARBY for a path that isn't long.
 * LEAST_RECORD is the smallest record, bytes.
 */
const RECORDS_PER_WINDOW = 32;
const RECORDS_PER_WINDOW_NEARBY = 8;
const LEAST_RECORD = 4 * 1024;

/**
 * Congestion control of one path: limits the bytes of `normal` and `bulk` streams in flight to a little more than the path holds without a queue, as
 * in BBR. The window starts small and doubles each round trip until the rate no longer grows or the delay does. On a path whose delay doesn't grow
 * with the window, such as a lossy one, the window grows further. Reads the clock and sets one timer; sends nothing itself.
 */
export class FlightController {
  readonly #environment: FlightEnvironment;
  readonly #rate = new DeliveryRate();
  readonly #delay = new PathDelay();
  readonly #pacer: Pacer;
  #records: FlightRecord[] = [];
  #head = 0;
  #inFlight = 0;
  #window = FIRST_WINDOW;
  #starting = true;
  #typing = false;
  /** Start of the window's growth after a pause; doubles each round trip. */
  #ramp = Infinity;
  /** Time when at least half of the window was last in use. */
  #fullAt = 0;
  #factor = 1;
  /** Round trip that was in doubt when the draining began. */
  #doubted: number | undefined;
  #drainedAt = -Infinity;
  #costlyRounds = 0;
  #stubbornRounds = 0;
  /** True if something was held back in this round trip. */
  #limited = false;
  /** Number of the record whose arrival ends the draining; Infinity until the flight is short enough. */
  #drainEnd: number | undefined;
  #last = 0;

  constructor(environment: FlightEnvironment) {
    this.#environment = environment;
    this.#pacer = new Pacer(environment.clock, environment.wake);
  }

  /** Bytes sent and not acknowledged. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Current limit of `inFlight`, bytes. */
  get window(): number {
    return Math.min(this.#window, this.#most);
  }

  /** Returns how many bytes of streams that aren't interactive a record that already has `filled` bytes may take now. */
  allowance(filled: number): number {
    const { window } = this;
    const parts = this.#long ? RECORDS_PER_WINDOW : RECORDS_PER_WINDOW_NEARBY;
    const record = Math.min(MAX_RECORD_BODY, Math.max(LEAST_RECORD, window / parts));
    const wanted = Math.floor(record) - filled;
    if (wanted <= 0) return 0;
    const full = this.#inFlight > 0 && this.#inFlight + filled + wanted > window;
    if (!full && !(this.#paced && this.#pacer.mustWait)) return wanted;
    this.#limited = true;
    return 0;
  }

  /** Counts a sent record that will be acknowledged. `number` counts the path's records from 1. */
  sent(number: number, bytes: number): void {
    const now = this.#environment.clock.monotonic();
    this.#rampUp(now);
    if (this.#inFlight === 0 && this.#delay.expired(now)) this.#delay.restart(now);
    this.#records.push(this.#rate.send(number, bytes, now, this.#inFlight));
    this.#inFlight += bytes;
    this.#last = number;
    if (this.#paced) this.#pacer.sent(bytes, this.#rate.value * PACING_GAIN, now);
  }

  /** Notes that there is nothing to send, so that the rate isn't underestimated. */
  runDry(): void {
    this.#rate.runDry(this.#inFlight);
  }

  /** Notes that the other side has all records up to this number. */
  acknowledged(upTo: number): void {
    let newest: FlightRecord | undefined;
    let bytes = 0;
    for (let record = this.#records[this.#head]; record !== undefined; record = this.#records[this.#head]) {
      if (record.number > upTo) break;
      this.#head += 1;
      bytes += record.bytes;
      newest = record;
    }
    if (newest === undefined) return;
    this.#trim();
    this.#inFlight -= bytes;
    const now = this.#environment.clock.monotonic();
    this.#delay.add(now - newest.sentAt, now, this.#starting ? 0 : newest.bytes / this.#rate.value);
    if (this.#rate.acknowledge(newest, bytes, now, this.#delay.least)) this.#endRound(now);
    this.#renewDelay(newest.number, now);
    if (!this.#starting) this.#window = Math.min(this.#targetWindow(), this.#ramp);
  }

  /** Adds a round trip measured by PING and PONG, ms. */
  roundTrip(sample: number | undefined): void {
    if (sample !== undefined) this.#delay.add(sample, this.#environment.clock.monotonic());
  }

  dispose(): void {
    this.#pacer.dispose();
    this.#records = [];
    this.#head = 0;
  }

  /** The limit that applies before anything is measured. */
  get #most(): number {
    const { most, typing } = this.#environment;
    if (this.#long || !typing()) return most;
    return Math.min(most, NEARBY_TYPING * Math.max(1, this.#delay.least));
  }

  get #long(): boolean {
    return this.#delay.least >= LONG_PATH;
  }

  get #paced(): boolean {
    return !this.#starting && this.#long && this.#rate.value > 0;
  }

  #endRound(now: number): void {
    const queue = this.#delay.takeQueue();
    const limited = this.#limited;
    this.#limited = false;
    if (limited) this.#ramp *= 2;
    if (!limited) {
      if (this.#delay.expired(now)) this.#delay.renew(now);
      return;
    }
    if (this.#starting) this.#start(queue);
    else if (this.#drainEnd === undefined) this.#adapt(queue, now);
  }

  /**
   * Restarts growth after a pause: TCP below has forgotten the path's rate, so excess bytes would wait in its buffer,
   * ahead of keystrokes.
   */
  #rampUp(now: number): void {
    if (this.#inFlight * 2 > this.#window) this.#fullAt = now;
    if (this.#starting || now - this.#fullAt < PAUSE || !this.#long) return;
    this.#fullAt = now;
    this.#ramp = FIRST_WINDOW;
    this.#window = Math.min(this.#window, this.#ramp);
  }

  #start(queue: number): void {
    const { least } = this.#delay;
    const full = queue > Math.max(least / 8, FULL_QUEUE) || this.#rate.train > least / 4;
    if ((this.#long && full) || this.#rate.flatRounds >= FLAT_ROUNDS) this.#starting = false;
    else if (this.#rate.flatRounds === 0) this.#window = Math.min(this.#environment.most, this.#window * 2);
  }

  /** Corrects the allowance by the queue it makes. */
  #adapt(queue: number, now: number): void {
    const allowance = this.#allowance;
    const expected = expectedQueue(allowance, this.#delay.least);
    const stalled = this.#rate.share < STALLED;
    const long = queue > expected * (stalled ? 1 : LONG_QUEUE);
    this.#doubt(long && stalled, long && this.#factor === LEAST_FACTOR, now);
    if (long) this.#factor = Math.max(LEAST_FACTOR, this.#factor / FACTOR_STEP);
    else if (this.#rate.flatRounds > 0 && (stalled || queue < expected * SHORT_QUEUE))
      this.#factor = Math.min(allowance.most, this.#factor * FACTOR_STEP);
  }

  /**
   * Doubts the least round trip when a long delay costs rate, or stays although almost nothing is allowed above it: it
   * may be the path's own.
   */
  #doubt(costly: boolean, stubborn: boolean, now: number): void {
    this.#costlyRounds = costly ? this.#costlyRounds + 1 : 0;
    this.#stubbornRounds = stubborn ? this.#stubbornRounds + 1 : 0;
    if (this.#costlyRounds < COSTLY_ROUNDS && this.#stubbornRounds < STUBBORN_ROUNDS) return;
    if (now - this.#drainedAt < DOUBT_INTERVAL) return;
    this.#costlyRounds = this.#stubbornRounds = 0;
    this.#doubted = this.#delay.least;
    this.#drainEnd = Infinity;
  }

  get #allowance(): Allowance {
    const typing = this.#environment.typing();
    if (typing !== this.#typing) this.#factor = 1;
    this.#typing = typing;
    return typing ? TYPING : ALONE;
  }

  #targetWindow(): number {
    const { least } = this.#delay;
    if (this.#drainEnd !== undefined) return LEAST_WINDOW;
    const span = least + this.#factor * expectedQueue(this.#allowance, least);
    return Math.min(this.#environment.most, Math.max(LEAST_WINDOW, this.#rate.value * span));
  }

  /**
   * Shortens the flight for one round trip every ten seconds where a queue is kept, since the least round trip shows
   * only without one.
   */
  #renewDelay(acknowledged: number, now: number): void {
    if (this.#drainEnd === undefined) {
      if (this.#starting || !this.#delay.expired(now)) return;
      this.#drainEnd = Infinity;
    }
    if (this.#drainEnd === Infinity) {
      if (this.#inFlight > this.#targetWindow()) return;
      this.#drainEnd = this.#last + 1;
      this.#delay.forgetRecent();
    } else if (acknowledged >= this.#drainEnd) {
      this.#drainEnd = undefined;
      this.#drainedAt = now;
      this.#delay.renew(now);
      if (this.#doubted === undefined) return;
      // Either the path is longer, or the delay was a queue after all: then the path is slower than it was.
      if (this.#delay.least > this.#doubted * CONFIRMED) this.#factor = 1;
      else this.#rate.forgetOld();
      this.#doubted = undefined;
    }
  }

  #trim(): void {
    if (this.#head * 2 <= this.#records.length) return;
    this.#records.splice(0, this.#head);
    this.#head = 0;
  }
}

/** Returns the queue that the allowance creates at factor 1, ms. */
function expectedQueue({ share, slack }: Allowance, least: number): number {
  return Math.max(Math.min(share * least, MOST_SHARE), slack);
}
