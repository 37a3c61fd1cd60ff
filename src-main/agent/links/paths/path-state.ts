import type { Clock } from '#shared/clock.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { PathReason, UdpReason } from '#shared/app-api/index.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { PathComparison, otherMeasured, type MeasuredTransport } from './path-comparison.ts';
import { isBetterKind, TRANSPORT_KINDS, modeAllows, type ChoiceMode, type TransportKind } from './transport-kinds.ts';
import { PathRenewal } from './dial-schedule.ts';

/** Cool-down of an unstable direct path: each loss lengthens the pause before it is redialled. */
export class CoolDown {
  readonly #clock: Clock;
  #losses = 0;
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Records a loss.
   * @param since start of the path's use, monotonic
   */
  lost(since: number): void {
    const { provenAfter, coolDowns } = CHOICE_LIMITS;
    const now = this.#clock.monotonic();
    if (now - since >= provenAfter) this.#losses = 0;
    const wait = coolDowns[Math.min(this.#losses, coolDowns.length - 1)] ?? 0;
    this.#losses += 1;
    this.#until = now + wait;
  }

  /** Ends the cool-down: there is a path again, the network has changed, or the user asked. */
  end(): void {
    this.#until = -Infinity;
  }

  get isOn(): boolean {
    return this.#clock.monotonic() < this.#until;
  }

  /** Earliest time of the next dial, monotonic. */
  get until(): number {
    return this.#until;
  }
}

/** A transport to one peer and its latest dial results. */
export class TransportState {
  /** True while the transport has something to dial. */
  open = false;
  dialling = false;
  problem: PathReason | undefined;
  readonly #clock: Clock;
  readonly #lateness: number;
  #failures = 0;
  #notBefore = 0;

  /** @param lateness delay by which this side leaves the dial to the other, ms */
  constructor(clock: Clock, lateness: number) {
    this.#clock = clock;
    this.#lateness = lateness;
  }

  /** Failures in a row since a path was last lost or gained. */
  get failures(): number {
    return this.#failures;
  }

  /** Earliest time of the next dial, monotonic. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** True while this transport offers nothing: closed, or failing. */
  get isOut(): boolean {
    return !this.open || this.#failures > 0;
  }

  tryAtOnce(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic() + this.#lateness;
  }

  /** Makes it due at once, without leaving the dial to the other side. */
  tryNow(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic();
  }

  /** Records a dial that led to a path in use. */
  succeeded(): void {
    this.dialling = false;
    this.#failures = 0;
    this.problem = undefined;
  }

  /**
   * Records a failed dial.
   * @param pause returns the pause until the next one for so many failures in a row, ms
   */
  failed(problem: PathReason | undefined, pause: (failures: number) => number): void {
    this.dialling = false;
    this.#failures += 1;
    this.problem = problem;
    this.#notBefore = this.#clock.monotonic() + pause(this.#failures);
  }
}

/** The path in use. `since`: time when its kind came into use, monotonic. */
export type CurrentPath = Readonly<{ kind: TransportKind; since: number; doubtful: boolean }>;

/** State of a path choice: the transports, the path in use, and the conclusions from them. Only `PathChoice` changes it. */
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
  /** False once another session has displaced this one. */
  primary = true;
  /** True while the session has no streams. */
  idle = false;
  /** True while no path is wanted, although the session stays. */
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

  /** Delay by which this side leaves dials to the other, ms. */
  get lateness(): number {
    return this.role === 'responder' ? CHOICE_LIMITS.responderDelay : 0;
  }

  /** Reports whether the mode allows that transport. */
  allows(kind: TransportKind): boolean {
    return modeAllows(this.mode, kind);
  }

  /** True without a path, or with one that is doubtful or forbidden. */
  get isNeeded(): boolean {
    const { current } = this;
    return current === undefined || current.doubtful || !this.allows(current.kind);
  }

  /** Records the loss, or near loss, of that path. */
  cool({ kind, since }: CurrentPath): void {
    if (kind === 'direct') this.coolDown.lost(since);
    if (kind !== 'udp') return;
    this.udpCoolDown.lost(since);
    this.comparison.hurry();
  }

  /** True for an idle session without a path. */
  get isLeftAlone(): boolean {
    return this.idle && this.current === undefined;
  }

  /** True when neither direct nor relay is available: hops are used only then. */
  get isLastResort(): boolean {
    const { direct, relay } = this.transports;
    return direct.isOut && relay.isOut;
  }

  /** True when nothing is being dialled and every open transport has failed since the last request. */
  get hasFailed(): boolean {
    // UDP needs a path, so it does not count here.
    return TRANSPORT_KINDS.filter((kind) => kind !== 'udp' && this.allows(kind)).every((kind) => {
      const { dialling, isOut } = this.transports[kind];
      return !dialling && isOut;
    });
  }

  /** True when only hops are left to try and a path is wanted. */
  get wantsHop(): boolean {
    const { ended, held, mode, isNeeded, isLeftAlone, isLastResort } = this;
    return !ended && !held && mode === 'auto' && isNeeded && !isLeftAlone && isLastResort;
  }

  /** Reports whether a path made by the session's responder should replace the one in use. */
  accepts(kind: TransportKind): boolean {
    const { current, held, renewal, coolDown } = this;
    if (held || !this.allows(kind)) return false;
    if (current === undefined || this.isNeeded) return true;
    if (kind === current.kind) return renewal.isOld;
    return isBetterKind(kind, current.kind) && !(kind === 'direct' && coolDown.isOn);
  }

  /** Reports whether a path of that kind is wanted beside the working one. */
  isBetter(kind: TransportKind): boolean {
    return this.primary && this.current !== undefined && isBetterKind(kind, this.current.kind);
  }

  /** Transport to be measured beside the one in use, now or later; undefined for none. */
  get toMeasure(): MeasuredTransport | undefined {
    const { current } = this;
    if (this.role !== 'initiator' || !this.primary || current === undefined || this.isNeeded) return undefined;
    const other = otherMeasured(current.kind);
    return other !== undefined && this.allows(other) ? other : undefined;
  }
}

/**
 * Commands of the state machine. Each `dial`, even a cancelled one, is answered later by exactly one `dialled`,
 * `outdone` or `failed`.
 */
export type ChoiceCommand =
  /** Dials a path. `renew`: replaces a working one of its kind. */
  | Readonly<{ type: 'dial'; kind: TransportKind; renew: boolean }>
  | Readonly<{ type: 'cancel'; kind: TransportKind }>
  /** Ends the path in use at once, because the route forbids it. */
  | Readonly<{ type: 'cut' }>;

export type PathChoiceOptions = Readonly<{
  clock: Clock;
  /** Source of uniform numbers in [0, 1). */
  random: () => number;
  /** Role in the session; the responder dials a second later than the initiator. */
  role: SessionRole;
  mode: ChoiceMode;
  /** Returns the minimum round trip of the path in use over the last ten seconds, ms. */
  roundTrip?: () => number | undefined;
  run(command: ChoiceCommand): void;
  /** Called when the explanation has changed. */
  changed?: () => void;
}>;
