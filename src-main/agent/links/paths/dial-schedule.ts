import { backOffCeiling, fullJitter } from '#shared/back-off.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { ChoiceState } from './choice-state.ts';
import type { TransportKind } from './transport-kinds.ts';
import type { Clock } from '#shared/clock.ts';
import type { SessionRole } from '#shared/link/index.ts';

/** First and longest ceiling of the pause between dials of a session without a path, ms. */
const FIRST = 250;
const LONGEST = 5000;
/** Longest ceiling in ms if the peer itself refuses: it may allow only another transport, which a retry doesn't change. */
const LONGEST_REFUSED = 30_000;

/**
 * Returns the pause before the next dial of a session without a path, ms. Full jitter below a ceiling that doubles from 250 ms to 5 s, or to 30 s
 * after refusals. Used by `PathChoice`, like the other functions of this file. Pure.
 * @param failures failed dials in a row
 * @param random returns numbers in [0, 1)
 */
export function dialRetryDelay(failures: number, random: () => number, isRefused = false): number {
  return fullJitter(failures, { first: FIRST, longest: isRefused ? LONGEST_REFUSED : LONGEST }, random);
}

/** Returns the pause before TCP is redialed while UDP is in use, ms. */
export function tcpPause(failures: number): number {
  const { reprobe, tcpSoon } = CHOICE_LIMITS;
  return backOffCeiling(failures, { first: tcpSoon, longest: reprobe });
}

/** Returns the pause before UDP is redialed, ms. It grows long, since NATs seldom behave differently a minute later. */
export function udpPause(failures: number): number {
  const { reprobe, udpLongestPause } = CHOICE_LIMITS;
  return backOffCeiling(failures, { first: reprobe, longest: udpLongestPause });
}

/** Returns the monotonic time (ms) from which a transport is to be dialed; undefined if it should not be dialed. */
export function dialTime(state: ChoiceState, kind: TransportKind): number | undefined {
  const { transports, mode, coolDown } = state;
  const transport = transports[kind];
  if (state.ended || state.held || !transport.open || transport.dialing || !state.allows(kind)) return undefined;
  if (kind === 'udp') return udpTime(state);
  if (state.isNeeded) {
    if (state.isLeftAlone) return undefined;
    if (kind === 'via' && mode === 'auto' && !state.isLastResort) return undefined;
    const waits = kind === 'direct' && !transports.relay.isOut && state.allows('relay');
    return waits ? Math.max(transport.notBefore, coolDown.until) : transport.notBefore;
  }
  if (kind === state.current?.kind) return state.renewal.dueAt;
  if (state.toMeasure === kind) return Math.max(transport.notBefore, state.comparison.dueAt);
  if (!state.isBetter(kind)) return undefined;
  return kind === 'direct' ? Math.max(transport.notBefore, coolDown.until) : transport.notBefore;
}

/** Returns the time for UDP. A UDP path is prepared over the path in use, so it can't be dialed unless that path answers and is allowed. */
function udpTime(state: ChoiceState): number | undefined {
  const { current, renewal, udpCoolDown, comparison } = state;
  const { notBefore } = state.transports.udp;
  if (current === undefined || state.isNeeded) return undefined;
  if (current.kind === 'udp') return renewal.dueAt;
  if (!state.isBetter('udp')) return undefined;
  const measured = state.toMeasure === 'udp' ? comparison.dueAt : -Infinity;
  return Math.max(notBefore, udpCoolDown.until, measured);
}

/**
 * Returns the pause before a transport is redialed after `failures` in a row, ms.
 * @param random returns numbers in [0, 1)
 * @param isRefused true if the peer itself refused
 */
export function dialPause(
  state: ChoiceState,
  kind: TransportKind,
  failures: number,
  random: () => number,
  isRefused: boolean,
): number {
  if (kind === 'udp') return udpPause(failures);
  if (state.isNeeded) return dialRetryDelay(failures, random, isRefused);
  const soon = kind === 'direct' && state.current?.kind === 'udp';
  return (soon ? tcpPause(failures) : CHOICE_LIMITS.reprobe) + state.lateness;
}

/**
 * Schedules the renewal of the path in use, so that no keys are used permanently (PROTOCOL section 5.1, Renewal). The session's initiator renews; the
 * responder does so only if the initiator has not, since the initiator may have no transport to dial. Starts no timer and no dial itself.
 */
export class PathRenewal {
  readonly #clock: Clock;
  readonly #role: SessionRole;
  /** Time at which the path in use was established, monotonic, ms. */
  #madeAt: number | undefined;
  #dueAt = Infinity;

  constructor(clock: Clock, role: SessionRole) {
    this.#clock = clock;
    this.#role = role;
  }

  /** Starts the schedule for a new path. */
  begin(): void {
    const { renewAfter, renewResponderDelay } = CHOICE_LIMITS;
    this.#madeAt = this.#clock.monotonic();
    this.#dueAt = this.#madeAt + renewAfter + (this.#role === 'responder' ? renewResponderDelay : 0);
  }

  /** Clears the schedule when the path is lost. */
  end(): void {
    this.#madeAt = undefined;
    this.#dueAt = Infinity;
  }

  /** Brings the renewal forward. Called after sleep, when keys in memory may have been exposed. */
  woke(): void {
    if (this.#role === 'initiator') this.#bring(this.#clock.monotonic() + CHOICE_LIMITS.renewAfterWake);
  }

  /** Postpones the next attempt after a failed renewal. The path in use stays. */
  failed(): void {
    const now = this.#clock.monotonic();
    if (this.#dueAt <= now) this.#dueAt = now + CHOICE_LIMITS.renewRetry;
  }

  /** Time of the next renewal, monotonic, ms; Infinity without a path. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** True if the path in use has reached its age limit. Either side may then replace it. */
  get isOld(): boolean {
    return this.#madeAt !== undefined && this.#clock.monotonic() - this.#madeAt >= CHOICE_LIMITS.renewAfter;
  }

  /** True when the path in use should be replaced, by age or after a wake-up. */
  get isDue(): boolean {
    return this.isOld || this.#clock.monotonic() >= this.#dueAt;
  }

  #bring(at: number): void {
    if (this.#madeAt !== undefined) this.#dueAt = Math.min(this.#dueAt, at);
  }
}
