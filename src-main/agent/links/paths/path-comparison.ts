import type { PathTimes } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RoundTrips } from '#shared/link/index.ts';
import { udpPause } from './dial-schedule.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { TransportKind } from './transport-kinds.ts';

/** Transports between which measurement decides. */
export type MeasuredTransport = 'udp' | 'relay';

/** Difference that counts, both parts together: more than `more` ms, and longer by the factor `times`. */
type Margin = Readonly<{ more: number; times: number }>;

/** Returns the other one of the two; undefined for other transports. */
export function otherMeasured(kind: TransportKind): MeasuredTransport | undefined {
  if (kind === 'udp') return 'relay';
  return kind === 'relay' ? 'udp' : undefined;
}

/**
 * Decides between UDP and relay by measurement: the clearly faster one, and UDP in a tie, since that spares the relay.
 * The one in use has an advantage: leaving UDP needs a wider margin than taking it. After a switch nothing moves for a
 * pause that doubles with each further switch, so that two alternating transports do not unsettle the session.
 */
export class PathComparison {
  readonly #clock: Clock;
  #times: PathTimes | undefined;
  #dueAt = -Infinity;
  #triedAt = -Infinity;
  /** Measurements in a row that changed nothing or failed. */
  #stays = 0;
  #moves = 0;
  #movedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Last measurement, ms; null before the first, or where one of the two did not answer. */
  get times(): PathTimes | null {
    const times = this.#times;
    return times !== undefined && Number.isFinite(times.udp) && Number.isFinite(times.relay) ? times : null;
  }

  /** Time at which the unused one is to be dialled and measured, monotonic. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /**
   * Records a measurement.
   * @returns whether the tried transport should replace the one in use
   */
  judge(tried: MeasuredTransport, times: RoundTrips): boolean {
    const { tie, clear } = CHOICE_LIMITS;
    const now = this.#clock.monotonic();
    this.#times = tried === 'udp' ? { udp: times.tried, relay: times.used } : { udp: times.used, relay: times.tried };
    this.#triedAt = now;
    const { udp, relay } = this.#times;
    const byUdp = !isSlower(udp, relay, tried === 'udp' ? tie : clear);
    const moves = byUdp === (tried === 'udp');
    this.#stays = moves ? 0 : this.#stays + 1;
    if (moves) {
      if (now - this.#movedAt >= CHOICE_LIMITS.calm) this.#moves = 0;
      this.#moves += 1;
      this.#movedAt = now;
    }
    // Measuring the relay costs it a connection; measuring UDP costs no one else anything.
    const pause = byUdp ? CHOICE_LIMITS.udpLongestPause : udpPause(Math.max(1, this.#stays));
    this.#dueAt = Math.max(now + pause, this.#restsUntil);
    return moves;
  }

  /** The clearly faster transport of the last measurement; undefined for none. */
  get faster(): MeasuredTransport | undefined {
    if (this.#times === undefined) return undefined;
    const { udp, relay } = this.#times;
    if (isSlower(relay, udp, CHOICE_LIMITS.tie)) return 'udp';
    return isSlower(udp, relay, CHOICE_LIMITS.tie) ? 'relay' : undefined;
  }

  /** Records a measurement that failed. */
  failed(): void {
    this.#triedAt = this.#clock.monotonic();
    this.#stays += 1;
    this.#dueAt = Math.max(this.#dueAt, this.#triedAt + CHOICE_LIMITS.udpLongestPause);
  }

  /**
   * Checks whether the transport in use has become clearly slower than before and than the other one; if so, the next
   * measurement is brought forward.
   * @param roundTrip returns the recent minimum of the one in use, ms
   * @returns time of the next check, monotonic; Infinity where there is nothing to compare with
   */
  look(roundTrip: () => number | undefined): number {
    const times = this.#times;
    const now = this.#clock.monotonic();
    if (times === undefined) return Infinity;
    if (now < this.#looksFrom) return this.#looksFrom;
    const time = roundTrip();
    const { clear, look } = CHOICE_LIMITS;
    if (time !== undefined && isSlower(time, times.udp, clear) && isSlower(time, times.relay, clear)) this.bring();
    return now + look;
  }

  /** Brings the next measurement forward, because something may have changed. */
  bring(): void {
    this.#dueAt = Math.min(this.#dueAt, this.#looksFrom);
  }

  /** Makes the next measurement due at once, because the user asked or the path was lost. */
  hurry(): void {
    this.#dueAt = -Infinity;
  }

  /** Forgets all measurements after a network change. */
  forget(): void {
    this.#times = undefined;
    this.#stays = 0;
    this.#moves = 0;
    this.#movedAt = -Infinity;
    this.#triedAt = -Infinity;
    this.hurry();
  }

  /** Earliest time to which the next measurement may be brought forward, monotonic. */
  get #looksFrom(): number {
    return Math.max(this.#triedAt + udpPause(Math.max(1, this.#stays)), this.#restsUntil);
  }

  /** End of the pause after the last switch, monotonic. */
  get #restsUntil(): number {
    if (this.#moves === 0) return -Infinity;
    const { dwell, longestDwell } = CHOICE_LIMITS;
    return this.#movedAt + Math.min(longestDwell, dwell * 2 ** (this.#moves - 1));
  }
}

function isSlower(one: number, other: number, { more, times }: Margin): boolean {
  return one - other > more && one > other * times;
}
