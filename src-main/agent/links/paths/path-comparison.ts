import type { PathTimes } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RoundTrips } from '#shared/link/index.ts';
import { udpPause } from './dial-schedule.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { TransportKind } from './transport-kinds.ts';

/** Transports between which measurement decides. */
export type MeasuredTransport = 'udp' | 'relay';

/** Difference that counts: more than `more` ms, and longer by the factor `times`. */
type Margin = Readonly<{ more: number; times: number }>;

/** Returns the other of the two measured transports; undefined for a transport that isn't measured. */
export function otherMeasured(kind: TransportKind): MeasuredTransport | undefined {
  if (kind === 'udp') return 'relay';
  return kind === 'relay' ? 'udp' : undefined;
}

/**
 * Chooses between UDP and relay by measured round trips: the clearly faster one; UDP if they are similar, since that spares the relay. Leaving UDP
 * needs a wider margin than switching to it. After a switch there is a pause that doubles with each further switch, so that two similar transports
 * don't alternate. Used by `PathChoice`; touches only the clock.
 */
export class PathComparison {
  readonly #clock: Clock;
  #times: PathTimes | undefined;
  #dueAt = -Infinity;
  #triedAt = -Infinity;
  /** Measurements in a row that failed or led to no switch. */
  #unchanged = 0;
  #switches = 0;
  #switchedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Round trips of the last measurement, ms; null before the first, or if one of the two didn't answer. */
  get times(): PathTimes | null {
    const times = this.#times;
    return times !== undefined && Number.isFinite(times.udp) && Number.isFinite(times.relay) ? times : null;
  }

  /** Time at which the unused transport should be dialed and measured, monotonic, ms. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /**
   * Records a measurement.
   * @returns true if the tried transport should replace the one in use
   */
  judge(tried: MeasuredTransport, times: RoundTrips): boolean {
    const { tie, clear } = CHOICE_LIMITS;
    const now = this.#clock.monotonic();
    this.#times = tried === 'udp' ? { udp: times.tried, relay: times.used } : { udp: times.used, relay: times.tried };
    this.#triedAt = now;
    const { udp, relay } = this.#times;
    const byUdp = !isSlower(udp, relay, tried === 'udp' ? tie : clear);
    const moves = byUdp === (tried === 'udp');
    this.#unchanged = moves ? 0 : this.#unchanged + 1;
    if (moves) {
      if (now - this.#switchedAt >= CHOICE_LIMITS.calm) this.#switches = 0;
      this.#switches += 1;
      this.#switchedAt = now;
    }
    // Measuring the relay costs it a connection; measuring UDP costs no one else anything.
    const pause = byUdp ? CHOICE_LIMITS.udpLongestPause : udpPause(Math.max(1, this.#unchanged));
    this.#dueAt = Math.max(now + pause, this.#pauseEnd);
    return moves;
  }

  /** Clearly faster transport of the last measurement; undefined if neither is. */
  get faster(): MeasuredTransport | undefined {
    if (this.#times === undefined) return undefined;
    const { udp, relay } = this.#times;
    if (isSlower(relay, udp, CHOICE_LIMITS.tie)) return 'udp';
    return isSlower(udp, relay, CHOICE_LIMITS.tie) ? 'relay' : undefined;
  }

  /** Records a measurement that failed. */
  failed(): void {
    this.#triedAt = this.#clock.monotonic();
    this.#unchanged += 1;
    this.#dueAt = Math.max(this.#dueAt, this.#triedAt + CHOICE_LIMITS.udpLongestPause);
  }

  /**
   * Checks whether the transport in use has become clearly slower than at the last measurement, and slower than the other one was; if so, brings the
   * next measurement forward.
   * @param roundTrip returns the recent minimum round trip of the transport in use, ms
   * @returns time of the next check, monotonic, ms; Infinity before the first measurement
   */
  check(roundTrip: () => number | undefined): number {
    const times = this.#times;
    const now = this.#clock.monotonic();
    if (times === undefined) return Infinity;
    if (now < this.#earliest) return this.#earliest;
    const time = roundTrip();
    const { clear, checkInterval } = CHOICE_LIMITS;
    if (time !== undefined && isSlower(time, times.udp, clear) && isSlower(time, times.relay, clear))
      this.bringForward();
    return now + checkInterval;
  }

  /** Brings the next measurement forward, but not before its earliest time. Called when the situation may have changed. */
  bringForward(): void {
    this.#dueAt = Math.min(this.#dueAt, this.#earliest);
  }

  /** Makes the next measurement due at once. Called when the user asks or the path was lost. */
  hurry(): void {
    this.#dueAt = -Infinity;
  }

  /** Forgets all measurements. Called after a change of network. */
  forget(): void {
    this.#times = undefined;
    this.#unchanged = 0;
    this.#switches = 0;
    this.#switchedAt = -Infinity;
    this.#triedAt = -Infinity;
    this.hurry();
  }

  /** Earliest time to which the next measurement may be brought forward, monotonic, ms. */
  get #earliest(): number {
    return Math.max(this.#triedAt + udpPause(Math.max(1, this.#unchanged)), this.#pauseEnd);
  }

  /** End of the pause after the last switch, monotonic, ms. */
  get #pauseEnd(): number {
    if (this.#switches === 0) return -Infinity;
    const { dwell, longestDwell } = CHOICE_LIMITS;
    return this.#switchedAt + Math.min(longestDwell, dwell * 2 ** (this.#switches - 1));
  }
}

function isSlower(one: number, other: number, { more, times }: Margin): boolean {
  return one - other > more && one > other * times;
}
