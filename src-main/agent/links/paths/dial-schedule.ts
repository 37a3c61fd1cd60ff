import { CHOICE_LIMITS } from '../limits.ts';
import type { ChoiceState } from './path-state.ts';
import type { TransportKind } from './transport-kinds.ts';
import type { Clock } from '#shared/clock.ts';
import type { SessionRole } from '#shared/link/index.ts';

/** First and longest ceiling of the wait for another try to get a lost session back, ms. */
const FIRST = 250;
const LONGEST = 5000;
const MOST_DOUBLINGS = 16;
/** The same where the peer itself refuses: it may allow another kind of path only, which nothing here changes. */
const LONGEST_REFUSED = 30_000;

/** ms until the next try after so many failures in a row: full jitter below a ceiling that doubles up to 5 s, of refusals up to 30 s. */
export function dialRetryDelay(failures: number, random: () => number, isRefused = false): number {
  const ceiling = Math.min(
    isRefused ? LONGEST_REFUSED : LONGEST,
    FIRST * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS),
  );
  return Math.floor(random() * ceiling);
}

/** ms before TCP is tried again where UDP leads to the peer. */
export function tcpPause(failures: number): number {
  const { reprobe, tcpSoon } = CHOICE_LIMITS;
  return Math.min(reprobe, tcpSoon * 2 ** Math.max(0, failures - 1));
}

/** ms before a path over UDP is tried again: what two NATs do is the same a minute later. */
export function udpPause(failures: number): number {
  const { reprobe, udpLongestPause } = CHOICE_LIMITS;
  return Math.min(udpLongestPause, reprobe * 2 ** Math.max(0, failures - 1));
}

/** From when on that way is to be dialled, monotonic; undefined while it is not wanted. */
export function dialTime(state: ChoiceState, kind: TransportKind): number | undefined {
  const { transports, mode, coolDown } = state;
  const transport = transports[kind];
  if (state.ended || state.held || !transport.open || transport.dialling || !state.allows(kind)) return undefined;
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

/** One over UDP is prepared over the path in use: without one that answers and is allowed it cannot be dialled. */
function udpTime(state: ChoiceState): number | undefined {
  const { current, renewal, udpCoolDown, comparison } = state;
  const { notBefore } = state.transports.udp;
  if (current === undefined || state.isNeeded) return undefined;
  if (current.kind === 'udp') return renewal.dueAt;
  if (!state.isBetter('udp')) return undefined;
  const measured = state.toMeasure === 'udp' ? comparison.dueAt : -Infinity;
  return Math.max(notBefore, udpCoolDown.until, measured);
}

/** ms until a way is dialled again that came to nothing so often in a row. @param random uniform in [0, 1) @param isRefused the peer itself said no */
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
 * When the path in use is to be replaced by a new one of its kind, so that no keys serve for ever (PROTOCOL section 5.1, Renewal). The
 * session's initiator does it; the responder only where the initiator has not, as it may be the one that has a transport.
 */
export class PathRenewal {
  readonly #clock: Clock;
  readonly #role: SessionRole;
  /** Monotonic; of the path in use. */
  #madeAt: number | undefined;
  #dueAt = Infinity;

  constructor(clock: Clock, role: SessionRole) {
    this.#clock = clock;
    this.#role = role;
  }

  /** A new path is in use. */
  begin(): void {
    const { renewAfter, renewResponderDelay } = CHOICE_LIMITS;
    this.#madeAt = this.#clock.monotonic();
    this.#dueAt = this.#madeAt + renewAfter + (this.#role === 'responder' ? renewResponderDelay : 0);
  }

  /** There is no path. */
  end(): void {
    this.#madeAt = undefined;
    this.#dueAt = Infinity;
  }

  /** The machine slept: its memory may have been where it should not. */
  woke(): void {
    if (this.#role === 'initiator') this.#bring(this.#clock.monotonic() + CHOICE_LIMITS.renewAfterWake);
  }

  /** A new path did not come about; the one in use stays. */
  failed(): void {
    const now = this.#clock.monotonic();
    if (this.#dueAt <= now) this.#dueAt = now + CHOICE_LIMITS.renewRetry;
  }

  /** Monotonic; Infinity without a path. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The path in use has served its time, whoever replaces it. */
  get isOld(): boolean {
    return this.#madeAt !== undefined && this.#clock.monotonic() - this.#madeAt >= CHOICE_LIMITS.renewAfter;
  }

  /** True once the path in use is to be replaced: it has served its time, or this machine woke. */
  get isDue(): boolean {
    return this.isOld || this.#clock.monotonic() >= this.#dueAt;
  }

  #bring(at: number): void {
    if (this.#madeAt !== undefined) this.#dueAt = Math.min(this.#dueAt, at);
  }
}
