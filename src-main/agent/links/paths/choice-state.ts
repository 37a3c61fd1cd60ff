import type { Clock } from '#shared/clock.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { PathReason, UdpReason } from '#shared/app-api/index.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { PathComparison, otherMeasured, type MeasuredTransport } from './path-comparison.ts';
import { isBetterKind, TRANSPORT_KINDS, modeAllows, type ChoiceMode, type TransportKind } from './transport-kinds.ts';
import { PathRenewal } from './dial-schedule.ts';

/** Pause before an unstable direct or UDP path is redialed. Each loss lengthens the pause. Part of `ChoiceState`. */
export class CoolDown {
  readonly #clock: Clock;
  #losses = 0;
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Records a loss.
   * @param since start of the path's use, monotonic, ms
   */
  lost(since: number): void {
    const { provenAfter, coolDowns } = CHOICE_LIMITS;
    const now = this.#clock.monotonic();
    if (now - since >= provenAfter) this.#losses = 0;
    const wait = coolDowns[Math.min(this.#losses, coolDowns.length - 1)] ?? 0;
    this.#losses += 1;
    this.#until = now + wait;
  }

  /** Ends the pause: a path of that or a better transport is up, the network has changed, or the user asked. */
  end(): void {
    this.#until = -Infinity;
  }

  get isOn(): boolean {
    return this.#clock.monotonic() < this.#until;
  }

  /** Earliest time of the next dial, monotonic, ms. */
  get until(): number {
    return this.#until;
  }
}

/** Transport to one peer, with the results of its latest dials. */
export class TransportState {
  /** True while the transport has a target to dial. */
  open = false;
  dialing = false;
  problem: PathReason | undefined;
  readonly #clock: Clock;
  readonly #lateness: number;
  #failures = 0;
  #notBefore = 0;

  /** @param lateness delay of a dial made due by `tryAtOnce`, ms: the responder's delay and, for UDP, the head start of TCP */
  constructor(clock: Clock, lateness: number) {
    this.#clock = clock;
    this.#lateness = lateness;
  }

  /** Failed dials in a row. A success, `tryAtOnce` and `tryNow` set it to zero. */
  get failures(): number {
    return this.#failures;
  }

  /** Earliest time of the next dial, monotonic, ms. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** True while this transport can't be used: it has no target, or has failed and these failures aren't forgotten. */
  get isOut(): boolean {
    return !this.open || this.#failures > 0;
  }

  /** Forgets failures and makes the next dial due after `lateness`. */
  tryAtOnce(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic() + this.#lateness;
  }

  /** Forgets failures and makes the next dial due now. */
  tryNow(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic();
  }

  /** Records a successful dial. */
  succeeded(): void {
    this.dialing = false;
    this.#failures = 0;
    this.problem = undefined;
  }

  /**
   * Records a failed dial.
   * @param pause returns the pause in ms before the next dial, for a number of failures in a row
   */
  failed(problem: PathReason | undefined, pause: (failures: number) => number): void {
    this.dialing = false;
    this.#failures += 1;
    this.problem = problem;
    this.#notBefore = this.#clock.monotonic() + pause(this.#failures);
  }
}

/** Path in use. `since`: time from which its transport is in use, monotonic, ms. */
export type CurrentPath = Readonly<{ kind: TransportKind; since: number; doubtful: boolean }>;

/** State of a `PathChoice`: the transports, the path in use, and what follows from them. Only `PathChoice` changes it. In memory only. */
export class ChoiceState {
  readonly role: SessionRole;
  readonly transports: Readonly<Record<TransportKind, TransportState>>;
  readonly renewal: PathRenewal;
  readonly coolDown: CoolDown;
  readonly udpCoolDown: CoolDown;
  readonly comparison: PathComparison;
  mode: ChoiceMode;
  current: CurrentPath | undefined;
  /** Reason why this device makes no UDP paths. */
  udpObstacle: UdpReason | undefined;
  /** Outcome of the last UDP dial. */
  udpProblem: UdpReason | undefined;
  /** False once another session with the peer has replaced this one. */
  primary = true;
  /** True while the session has no streams. */
  idle = false;
  /** True while the device is paused: the session stays, but gets no path. */
  held = false;
  ended = false;

  constructor({ clock, role, mode }: Pick<PathChoiceOptions, 'clock' | 'role' | 'mode'>) {
    this.role = role;
    this.mode = mode;
    this.renewal = new PathRenewal(clock, role);
    this.coolDown = new CoolDown(clock);
    this.udpCoolDown = new CoolDown(clock);
    this.comparison = new PathComparison(clock);
    const transport = (later = 0): TransportState => new TransportState(clock, this.lateness + later);
    this.transports = {
      direct: transport(),
      udp: transport(CHOICE_LIMITS.udpHeadStart),
      relay: transport(),
      via: transport(),
    };
  }

  /** Delay of this side's dials after the other side's, ms. */
  get lateness(): number {
    return this.role === 'responder' ? CHOICE_LIMITS.responderDelay : 0;
  }

  /** Reports whether the mode allows that transport. */
  allows(kind: TransportKind): boolean {
    return modeAllows(this.mode, kind);
  }

  /** True if there is no path, or only one that is doubtful or forbidden. */
  get isNeeded(): boolean {
    const { current } = this;
    return current === undefined || current.doubtful || !this.allows(current.kind);
  }

  /** Starts the pause for a direct or UDP path that was lost or became doubtful. */
  cool({ kind, since }: CurrentPath): void {
    if (kind === 'direct') this.coolDown.lost(since);
    if (kind !== 'udp') return;
    this.udpCoolDown.lost(since);
    this.comparison.hurry();
  }

  /** True for a session without a path and without streams. It gets no new path. */
  get isLeftAlone(): boolean {
    return this.idle && this.current === undefined;
  }

  /**
   * True if neither direct nor relay can be used. In mode `auto`, a missing path is dialed through hops only then; in mode `via`, always.
   */
  get isLastResort(): boolean {
    const { direct, relay } = this.transports;
    return direct.isOut && relay.isOut;
  }

  /**
   * True if each allowed transport except UDP is not being dialed and either has no target or has failed. A failure counts until it is forgotten, as
   * when the network changes or the user asks.
   */
  get hasFailed(): boolean {
    // UDP needs a path, so it does not count here.
    return TRANSPORT_KINDS.filter((kind) => kind !== 'udp' && this.allows(kind)).every((kind) => {
      const { dialing, isOut } = this.transports[kind];
      return !dialing && isOut;
    });
  }

  /** True if a path is wanted and only hops are left to try. */
  get wantsHop(): boolean {
    const { ended, held, mode, isNeeded, isLeftAlone, isLastResort } = this;
    return !ended && !held && mode === 'auto' && isNeeded && !isLeftAlone && isLastResort;
  }

  /** Reports whether a path dialed by the session's responder should replace the one in use. */
  accepts(kind: TransportKind): boolean {
    const { current, held, renewal, coolDown } = this;
    if (held || !this.allows(kind)) return false;
    if (current === undefined || this.isNeeded) return true;
    if (kind === current.kind) return renewal.isOld;
    return isBetterKind(kind, current.kind) && !(kind === 'direct' && coolDown.isOn);
  }

  /** Reports whether a path of that transport would be better than the working one. */
  isBetter(kind: TransportKind): boolean {
    return this.primary && this.current !== undefined && isBetterKind(kind, this.current.kind);
  }

  /** Transport to be measured against the one in use; undefined for none. */
  get toMeasure(): MeasuredTransport | undefined {
    const { current } = this;
    if (this.role !== 'initiator' || !this.primary || current === undefined || this.isNeeded) return undefined;
    const other = otherMeasured(current.kind);
    return other !== undefined && this.allows(other) ? other : undefined;
  }
}

/** Commands of `PathChoice`. Each `dial`, even a canceled one, is later answered by exactly one call of `dialed`, `outdone` or `failed`. */
export type ChoiceCommand =
  /** Dials a path. `renew`: replaces a working path of the same transport. */
  | Readonly<{ type: 'dial'; kind: TransportKind; renew: boolean }>
  | Readonly<{ type: 'cancel'; kind: TransportKind }>
  /** Ends the path in use at once because the route forbids it. */
  | Readonly<{ type: 'cut' }>;

export type PathChoiceOptions = Readonly<{
  clock: Clock;
  /** Returns random numbers, uniform in [0, 1). */
  random: () => number;
  /** Role in the session. The responder dials a second later than the initiator. */
  role: SessionRole;
  mode: ChoiceMode;
  /** Returns the minimum round trip of the path in use over the last ten seconds, ms. */
  roundTrip?: () => number | undefined;
  /** Carries out a command. */
  run(command: ChoiceCommand): void;
  /** Called when the explanation of the path has changed. */
  changed?: () => void;
}>;
