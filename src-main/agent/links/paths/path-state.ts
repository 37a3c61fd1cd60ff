import type { Clock } from '#shared/clock.ts';
import { CHOICE_LIMITS } from '../limits.ts';
import type { PathReason, UdpReason } from '#shared/app-api/index.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { PathComparison, otherMeasured, type MeasuredTransport } from './path-comparison.ts';
import { isBetterKind, TRANSPORT_KINDS, modeAllows, type ChoiceMode, type TransportKind } from './transport-kinds.ts';
import { PathRenewal } from './dial-schedule.ts';

/** Keeps a direct path that comes and goes from taking the session with it each time: after each loss it rests a little longer. */
export class CoolDown {
  readonly #clock: Clock;
  #losses = 0;
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A direct path was lost. @param since when it came into use, monotonic */
  lost(since: number): void {
    const { provenAfter, coolDowns } = CHOICE_LIMITS;
    const now = this.#clock.monotonic();
    if (now - since >= provenAfter) this.#losses = 0;
    const wait = coolDowns[Math.min(this.#losses, coolDowns.length - 1)] ?? 0;
    this.#losses += 1;
    this.#until = now + wait;
  }

  /** There is one again, or the network is another one, or a person asks. */
  end(): void {
    this.#until = -Infinity;
  }

  get isOn(): boolean {
    return this.#clock.monotonic() < this.#until;
  }

  /** Not to be dialled before; monotonic. */
  get until(): number {
    return this.#until;
  }
}

/** One way to a peer, and how it went there the last times. */
export class TransportState {
  /** There is something to dial. */
  open = false;
  dialling = false;
  problem: PathReason | undefined;
  readonly #clock: Clock;
  readonly #lateness: number;
  #failures = 0;
  #notBefore = 0;

  /** @param lateness what this side leaves to the other one, ms */
  constructor(clock: Clock, lateness: number) {
    this.#clock = clock;
    this.#lateness = lateness;
  }

  /** In a row, since a path was last lost or got. */
  get failures(): number {
    return this.#failures;
  }

  /** Not to be dialled before; monotonic. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** Nothing is to be had this way at the moment. */
  get isOut(): boolean {
    return !this.open || this.#failures > 0;
  }

  tryAtOnce(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic() + this.#lateness;
  }

  /** Without leaving anything to the other side. */
  tryNow(): void {
    this.#failures = 0;
    this.#notBefore = this.#clock.monotonic();
  }

  /** A dial has led to a path in use. */
  succeeded(): void {
    this.dialling = false;
    this.#failures = 0;
    this.problem = undefined;
  }

  /** @param pause ms until the next try, for so many failures in a row */
  failed(problem: PathReason | undefined, pause: (failures: number) => number): void {
    this.dialling = false;
    this.#failures += 1;
    this.problem = problem;
    this.#notBefore = this.#clock.monotonic() + pause(this.#failures);
  }
}

/** `since`: when its kind came into use, monotonic. */
export type CurrentPath = Readonly<{ kind: TransportKind; since: number; doubtful: boolean }>;

/** What is known of the ways to a peer and of the path in use, and what follows from it. Only `PathChoice` changes it. */
export class ChoiceState {
  readonly role: SessionRole;
  readonly transports: Readonly<Record<TransportKind, TransportState>>;
  readonly renewal: PathRenewal;
  readonly coolDown: CoolDown;
  readonly udpCoolDown: CoolDown;
  readonly comparison: PathComparison;
  mode: ChoiceMode;
  current: CurrentPath | undefined;
  /** What keeps this device from making paths over UDP. */
  udpObstacle: UdpReason | undefined;
  /** What came of the last one over UDP. */
  udpProblem: UdpReason | undefined;
  /** No other session has displaced this one. */
  primary = true;
  /** Nothing runs over the session. */
  idle = false;
  /** No path is wanted, although the session stays. */
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

  /** What this side leaves to the other one, ms. */
  get lateness(): number {
    return this.role === 'responder' ? CHOICE_LIMITS.responderDelay : 0;
  }

  /** A person lets paths of that kind be used. */
  allows(kind: TransportKind): boolean {
    return modeAllows(this.mode, kind);
  }

  /** No path, or none that can be relied on, or one that is forbidden and about to end. */
  get isNeeded(): boolean {
    const { current } = this;
    return current === undefined || current.doubtful || !this.allows(current.kind);
  }

  /** That path was lost, or is as good as that. */
  cool({ kind, since }: CurrentPath): void {
    if (kind === 'direct') this.coolDown.lost(since);
    if (kind !== 'udp') return;
    this.udpCoolDown.lost(since);
    this.comparison.hurry();
  }

  /** Nobody would miss a path. */
  get isLeftAlone(): boolean {
    return this.idle && this.current === undefined;
  }

  /** A peer in between is troubled only when neither of the others can be had. */
  get isLastResort(): boolean {
    const { direct, relay } = this.transports;
    return direct.isOut && relay.isOut;
  }

  /** Nothing is being tried, and every way that is open has failed since it was last asked for. */
  get hasFailed(): boolean {
    // Over UDP there is no way without a path.
    return TRANSPORT_KINDS.filter((kind) => kind !== 'udp' && this.allows(kind)).every((kind) => {
      const { dialling, isOut } = this.transports[kind];
      return !dialling && isOut;
    });
  }

  /** Nothing but a peer in between is left to try, and one is wanted. */
  get wantsHop(): boolean {
    const { ended, held, mode, isNeeded, isLeftAlone, isLastResort } = this;
    return !ended && !held && mode === 'auto' && isNeeded && !isLeftAlone && isLastResort;
  }

  /** A path of that kind that the session's responder has made should replace the one in use. */
  accepts(kind: TransportKind): boolean {
    const { current, held, renewal, coolDown } = this;
    if (held || !this.allows(kind)) return false;
    if (current === undefined || this.isNeeded) return true;
    if (kind === current.kind) return renewal.isOld;
    return isBetterKind(kind, current.kind) && !(kind === 'direct' && coolDown.isOn);
  }

  /** A path of that kind is wanted beside the one in use, which works. */
  isBetter(kind: TransportKind): boolean {
    return this.primary && this.current !== undefined && isBetterKind(kind, this.current.kind);
  }

  /** It is to be measured beside the one in use, now or later: which of the two is better nobody knows before. */
  get toMeasure(): MeasuredTransport | undefined {
    const { current } = this;
    if (this.role !== 'initiator' || !this.primary || current === undefined || this.isNeeded) return undefined;
    const other = otherMeasured(current.kind);
    return other !== undefined && this.allows(other) ? other : undefined;
  }
}

/** What the machine wants done. Each `dial` is answered by exactly one `dialled`, `outdone` or `failed`, later; a cancelled one too. */
export type ChoiceCommand =
  /** `renew`: in the place of one of its kind that works. */
  | Readonly<{ type: 'dial'; kind: TransportKind; renew: boolean }>
  | Readonly<{ type: 'cancel'; kind: TransportKind }>
  /** The person's choice forbids the path in use: it ends at once. */
  | Readonly<{ type: 'cut' }>;

export type PathChoiceOptions = Readonly<{
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Of this side in the session: the responder dials a second later than the initiator would. */
  role: SessionRole;
  mode: ChoiceMode;
  /** Of the path in use, the least of the last ten seconds, ms. */
  roundTrip?: () => number | undefined;
  run(command: ChoiceCommand): void;
  /** Something of the explanation has changed. */
  changed?: () => void;
}>;
