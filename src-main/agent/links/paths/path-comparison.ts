import type { PathTimes } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RoundTrips } from '#shared/link/index.ts';
import { udpPause } from './dial-schedule.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { TransportKind } from './transport-kinds.ts';

/** Ways that are preferred by what is measured, and not by what they are. */
export type MeasuredTransport = 'udp' | 'relay';

/** A difference that counts: more than so many ms, and so many times as long. */
type Margin = Readonly<{ more: number; times: number }>;

/** The one of the two that is not in use; undefined where another path is. */
export function otherMeasured(kind: TransportKind): MeasuredTransport | undefined {
  if (kind === 'udp') return 'relay';
  return kind === 'relay' ? 'udp' : undefined;
}

/**
 * Over UDP or through the relay: what answers clearly sooner, and UDP where neither does, since that spares the relay. What is in use has
 * the benefit of the doubt: the margin to leave UDP is wider than the one to take it. After a move nothing moves for a while, which doubles
 * with each further one, so that two ways that take turns at being the better one do not take the session with them.
 */
export class PathComparison {
  readonly #clock: Clock;
  #times: PathTimes | undefined;
  #dueAt = -Infinity;
  #triedAt = -Infinity;
  /** Measurements in a row after which everything stayed as it was, or of which nothing came. */
  #stays = 0;
  #moves = 0;
  #movedAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What was measured last, ms; null where nothing was, or one of them gave no answer. */
  get times(): PathTimes | null {
    const times = this.#times;
    return times !== undefined && Number.isFinite(times.udp) && Number.isFinite(times.relay) ? times : null;
  }

  /** When the one that is not in use is to be dialled and measured; monotonic. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Whether the one that was tried is to take the place of the one in use. */
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
    // To measure the relay takes a connection there; to measure UDP takes nothing from anybody.
    const pause = byUdp ? CHOICE_LIMITS.udpLongestPause : udpPause(Math.max(1, this.#stays));
    this.#dueAt = Math.max(now + pause, this.#restsUntil);
    return moves;
  }

  /** Of the two the one that was measured last as clearly faster, if one was. */
  get faster(): MeasuredTransport | undefined {
    if (this.#times === undefined) return undefined;
    const { udp, relay } = this.#times;
    if (isSlower(relay, udp, CHOICE_LIMITS.tie)) return 'udp';
    return isSlower(udp, relay, CHOICE_LIMITS.tie) ? 'relay' : undefined;
  }

  /** Nothing came of a measurement. */
  failed(): void {
    this.#triedAt = this.#clock.monotonic();
    this.#stays += 1;
    this.#dueAt = Math.max(this.#dueAt, this.#triedAt + CHOICE_LIMITS.udpLongestPause);
  }

  /**
   * Looks whether the one in use has become clearly slower than it was, and than the other one was: then that is measured anew, and not
   * when its time has come.
   * @param roundTrip of the one in use, the least of late, ms
   * @returns when to look again, monotonic; Infinity where there is nothing to compare with
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

  /** Something may have changed. */
  bring(): void {
    this.#dueAt = Math.min(this.#dueAt, this.#looksFrom);
  }

  /** A person asks, or the one in use was lost: as soon as there is something to measure. */
  hurry(): void {
    this.#dueAt = -Infinity;
  }

  /** Another network: what was measured says nothing any more. */
  forget(): void {
    this.#times = undefined;
    this.#stays = 0;
    this.#moves = 0;
    this.#movedAt = -Infinity;
    this.#triedAt = -Infinity;
    this.hurry();
  }

  /** The next measurement may be brought forward to then; monotonic. */
  get #looksFrom(): number {
    return Math.max(this.#triedAt + udpPause(Math.max(1, this.#stays)), this.#restsUntil);
  }

  /** Nothing moves before; monotonic. */
  get #restsUntil(): number {
    if (this.#moves === 0) return -Infinity;
    const { dwell, longestDwell } = CHOICE_LIMITS;
    return this.#movedAt + Math.min(longestDwell, dwell * 2 ** (this.#moves - 1));
  }
}

function isSlower(one: number, other: number, { more, times }: Margin): boolean {
  return one - other > more && one > other * times;
}
