import type { UdpReason } from '#shared/app-api/index.ts';
import type { SessionRole } from '#shared/link/index.ts';
import type { PathChoiceOptions } from './choice-types.ts';
import { CoolDown } from './cool-down.ts';
import { CHOICE_LIMITS } from './limits.ts';
import { PathComparison, otherMeasured, type MeasuredTransport } from './path-comparison.ts';
import { isBetterKind, TRANSPORT_KINDS, modeAllows, type ChoiceMode, type TransportKind } from './path-kinds.ts';
import { PathRenewal } from './path-renewal.ts';
import { TransportState } from './way.ts';

/** `since`: when its kind came into use, monotonic. */
export type CurrentPath = Readonly<{ kind: TransportKind; since: number; doubtful: boolean }>;

/** What is known of the ways to a peer and of the path in use, and what follows from it. Only `PathChoice` changes it. */
export class ChoiceState {
  readonly role: SessionRole;
  readonly ways: Readonly<Record<TransportKind, TransportState>>;
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
    const way = (later = 0): TransportState => new TransportState(clock, this.lateness + later);
    this.ways = { direct: way(), udp: way(CHOICE_LIMITS.udpHeadStart), relay: way(), via: way() };
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
    const { direct, relay } = this.ways;
    return direct.isOut && relay.isOut;
  }

  /** Nothing is being tried, and every way that is open has failed since it was last asked for. */
  get hasFailed(): boolean {
    // Over UDP there is no way without a path.
    return TRANSPORT_KINDS.filter((kind) => kind !== 'udp' && this.allows(kind)).every((kind) => {
      const { dialling, isOut } = this.ways[kind];
      return !dialling && isOut;
    });
  }

  /** Nothing but a peer in between is left to try, and one is wanted. */
  get wantsMiddle(): boolean {
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
  get rival(): MeasuredTransport | undefined {
    const { current } = this;
    if (this.role !== 'initiator' || !this.primary || current === undefined || this.isNeeded) return undefined;
    const rival = otherMeasured(current.kind);
    return rival !== undefined && this.allows(rival) ? rival : undefined;
  }
}
