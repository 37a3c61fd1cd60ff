import type { PathChange, PathReason, PathTimes, UdpReason } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import type { RoundTrips } from '#shared/link/index.ts';
import { ChoiceState } from './choice-state.ts';
import type { PathChoiceOptions } from './choice-state.ts';
import { dialPause, dialTime } from './dial-schedule.ts';
import { otherMeasured } from './path-comparison.ts';
import { whyNotDirect, whyNotUdp } from './path-explanation.ts';
import { PathHistory, reasonOf } from './path-history.ts';
import { isDirectKind, TRANSPORT_KINDS, type ChoiceMode, type TransportKind } from './transport-kinds.ts';

/**
 * State machine that chooses the path of a session and decides when each transport is dialed (PROTOCOL section 5.1). Its methods are events; `run`
 * receives its commands. It uses only the clock; `Link` carries out the commands.
 * 1. Without a path, or when the path in use doesn't answer, it dials every available and allowed transport: at once, then with back-off.
 * 2. With a path it dials only better ones: direct before the others, hops last; at once when they become available, then every minute. Between UDP
 * and relay the initiator decides by measuring both, repeatedly.
 * 3. After the loss of a direct path it waits before it dials direct again, so that an unstable path doesn't keep interrupting the session.
 * 4. It replaces a working path that has reached its age limit by a new one of the same transport.
 * 5. A UDP path is prepared over the path in use, so it can't be dialed without one that answers. The initiator dials UDP for both sides.
 */
export class PathChoice {
  readonly #options: PathChoiceOptions;
  readonly #state: ChoiceState;
  readonly #history = new PathHistory();
  #everUp = false;
  /** Transport being dialed to be measured against the path in use. */
  #trial: TransportKind | undefined;
  /** Transport that won the measurement and is about to be used. */
  #moving: TransportKind | undefined;
  /** True after the previous path was cut because the route forbids it. */
  #forbidden = false;
  #timer: Timer | undefined;
  #deciding = false;

  constructor(options: PathChoiceOptions) {
    this.#options = options;
    this.#state = new ChoiceState(options);
  }

  // — events —

  /**
   * Sets whether a transport is available, that is, has a target to dial.
   * @param fresh true if there are new targets for a transport that was
   * available before
   */
  setOpen(kind: TransportKind, open: boolean, fresh = false): void {
    const transport = this.#state.transports[kind];
    const opens = open && (!transport.open || fresh);
    transport.open = open;
    if (opens) {
      transport.problem = undefined;
      transport.tryAtOnce();
    }
    this.#decide();
  }

  /**
   * Sets whether UDP is available.
   * @param obstacle reason why this device makes no UDP paths
   * @param fresh true if earlier failures no longer count
   */
  setUdp(obstacle: UdpReason | undefined, fresh = false): void {
    const state = this.#state;
    if (fresh) {
      if (state.udpProblem !== 'slower') state.udpProblem = undefined;
      state.comparison.bringForward();
    }
    state.udpObstacle = obstacle;
    this.setOpen('udp', obstacle === undefined && state.role === 'initiator', fresh);
  }

  /** Registers the first path, which was not dialed by a command. It is answered like a dial. */
  dialingFirst(kind: TransportKind): void {
    this.#state.transports[kind].dialing = true;
  }

  /** Reports that the session now uses a path of this transport. */
  up(kind: TransportKind): void {
    const state = this.#state;
    const before = state.current;
    if (before?.doubtful === true) state.cool(before);
    const allowed = before === undefined ? !this.#forbidden : state.allows(before.kind);
    this.#forbidden = false;
    const { role, mode } = state;
    const faster = this.#moving === kind && state.comparison.faster === kind;
    const turn = { before, allowed, kind, role, mode, renewalDue: state.renewal.isDue, faster };
    const renewed = before?.kind === kind && !before.doubtful;
    state.current = { kind, since: renewed ? before.since : this.#now(), doubtful: false };
    this.#history.add(this.#options.clock.now(), kind, this.#everUp ? reasonOf(turn) : 'first');
    this.#everUp = true;
    state.renewal.begin();
    if (kind === 'direct') state.coolDown.end();
    if (isDirectKind(kind)) state.udpCoolDown.end();
    if (kind === 'udp') state.udpProblem = undefined;
    this.#moving = undefined;
    for (const each of TRANSPORT_KINDS) state.transports[each].tryAtOnce();
    // The dial of this very path may still be pending.
    this.#cancelUnwanted(kind);
    // The session should not have used a forbidden path.
    if (!state.allows(kind)) this.#cut();
    this.#decide();
  }

  /** Reports that the path in use owes an answer. Others are dialed while it may still recover. */
  doubtful(): void {
    const { current, transports } = this.#state;
    if (current === undefined || current.doubtful) return;
    this.#state.current = { ...current, doubtful: true };
    for (const kind of TRANSPORT_KINDS) transports[kind].tryAtOnce();
    this.#decide();
  }

  /** Reports that the doubtful path has answered. */
  clear(): void {
    const { current } = this.#state;
    if (current?.doubtful !== true) return;
    this.#state.current = { ...current, doubtful: false };
    this.#cancelUnwanted();
    this.#decide();
  }

  /** Reports that the session has lost its path. */
  lost(): void {
    const { current, renewal, transports } = this.#state;
    if (current === undefined) return;
    this.#state.current = undefined;
    renewal.end();
    this.#state.cool(current);
    this.#history.add(this.#options.clock.now(), null, 'lost');
    // A doubtful path was already being replaced.
    if (!current.doubtful) for (const kind of TRANSPORT_KINDS) transports[kind].tryAtOnce();
    this.#decide();
  }

  /** Sets whether the session has no streams. A session without streams that has lost its path gets no new one. */
  setIdle(idle: boolean): void {
    if (idle === this.#state.idle) return;
    this.#state.idle = idle;
    this.#decide();
  }

  /** Reports that a dial succeeded and its path is in use. */
  dialed(kind: TransportKind): void {
    this.#state.transports[kind].succeeded();
    this.#decide();
  }

  /** Reports that a dialed path was measured, and that the path in use stays. */
  outdone(kind: TransportKind): void {
    this.#state.transports[kind].succeeded();
    this.#decide();
  }

  /**
   * Reports a failed dial.
   * @param problem explanation for a direct dial
   * @param udpProblem explanation for a UDP dial
   * @param isRefused true if the peer itself refused
   */
  failed(kind: TransportKind, problem?: PathReason, udpProblem?: UdpReason, isRefused = false): void {
    const state = this.#state;
    const { random } = this.#options;
    state.transports[kind].failed(problem, (failures) => dialPause(state, kind, failures, random, isRefused));
    if (kind === 'relay' && state.toMeasure === kind) state.comparison.failed();
    if (udpProblem !== undefined) state.udpProblem = udpProblem;
    if (state.current?.kind === kind) state.renewal.failed();
    this.#decide();
  }

  /** Reports a change of network or a wake-up. Earlier failures no longer count. */
  networkChanged(): void {
    const { coolDown, udpCoolDown, comparison, transports } = this.#state;
    coolDown.end();
    udpCoolDown.end();
    comparison.forget();
    transports.direct.problem = undefined;
    this.#state.udpProblem = undefined;
    for (const kind of TRANSPORT_KINDS) transports[kind].tryAtOnce();
    this.#decide();
  }

  /** Reports a wake-up. A path still in use after 5 s is renewed. */
  woke(): void {
    this.#state.renewal.woke();
    this.#decide();
  }

  /** Dials at once, on either side. Called when a user asks for a connection. */
  dialNow(): void {
    const { coolDown, udpCoolDown, comparison, transports } = this.#state;
    this.#state.idle = false;
    coolDown.end();
    udpCoolDown.end();
    comparison.hurry();
    for (const kind of TRANSPORT_KINDS) transports[kind].tryNow();
    this.#decide();
  }

  /**
   * Applies the route's mode. Forbidden paths and dials end at once; allowed transports are dialed without delay.
   * @param rerouted true if the path in use leads through other hops than the route now names
   */
  setMode(mode: ChoiceMode, rerouted = false): void {
    const state = this.#state;
    state.mode = mode;
    // A dial through hops may use others than are named now.
    this.#cancel('via');
    this.#cancelUnwanted();
    for (const kind of TRANSPORT_KINDS) state.transports[kind].tryAtOnce();
    const { current } = state;
    if (current !== undefined && (rerouted || !state.allows(current.kind))) {
      this.#forbidden = true;
      this.#cut();
    }
    this.#decide();
  }

  /** Stops or allows paths while the session stays, as during a pause of the device. */
  setHeld(held: boolean): void {
    if (held === this.#state.held) return;
    this.#state.held = held;
    if (held) for (const kind of TRANSPORT_KINDS) this.#cancel(kind);
    else this.networkChanged();
    this.#decide();
  }

  /**
   * Sets whether this session is the one in use with the peer. A replaced session lives only until its streams end: it regains lost paths but gets no
   * better ones.
   */
  setPrimary(primary: boolean): void {
    this.#state.primary = primary;
    this.#cancelUnwanted();
    this.#decide();
  }

  /** Cancels every dial. Called when the session has ended. */
  end(): void {
    this.#state.ended = true;
    this.#timer?.cancel();
    for (const kind of TRANSPORT_KINDS) this.#cancel(kind);
  }

  // — answers —

  /** Reports whether the route's mode allows that transport. */
  allows(kind: TransportKind): boolean {
    return this.#state.allows(kind);
  }

  /** Reports whether a path dialed by the session's responder should replace the one in use. */
  accepts(kind: TransportKind): boolean {
    return this.#state.accepts(kind);
  }

  /** Reports whether a path dialed by this device must first be measured against the one in use. */
  compares(kind: TransportKind): boolean {
    return this.#trial === kind && this.#state.toMeasure === kind;
  }

  /** Reports whether a path should replace the one in use. @param times measured round trips of both */
  prefers(kind: TransportKind, times: RoundTrips): boolean {
    const { toMeasure, comparison } = this.#state;
    if (toMeasure === undefined || toMeasure !== kind) return true;
    const wins = comparison.judge(toMeasure, times);
    this.#moving = wins ? kind : undefined;
    this.#state.udpProblem = wins === (kind === 'udp') ? undefined : 'slower';
    return wins;
  }

  /** Round trips of UDP and relay at the last measurement; null on other transports, or if one of them didn't answer. */
  get times(): PathTimes | null {
    const { current, comparison } = this.#state;
    return current === undefined || otherMeasured(current.kind) === undefined ? null : comparison.times;
  }

  /** Reason why the path is not direct; null if it is. */
  get why(): PathReason | null {
    return whyNotDirect(this.#state);
  }

  /** Reason why the path is not over UDP; null for a direct path, or if this side can't know. */
  get whyNotUdp(): UdpReason | null {
    return whyNotUdp(this.#state);
  }

  get history(): readonly PathChange[] {
    return this.#history.changes;
  }

  /** Time of the next dial of a session without a path, ms since 1970; null while a dial runs or none is possible. */
  get retryAt(): number | null {
    const { current, transports } = this.#state;
    if (current !== undefined || TRANSPORT_KINDS.some((kind) => transports[kind].dialing)) return null;
    const due = Math.min(...TRANSPORT_KINDS.map((kind) => dialTime(this.#state, kind) ?? Infinity));
    if (!Number.isFinite(due)) return null;
    return Math.round(this.#options.clock.now() + Math.max(0, due - this.#now()));
  }

  /**
   * True if each allowed transport except UDP is not being dialed and either has no target or has failed. A failure counts until it is forgotten, as
   * when the network changes or the user asks.
   */
  get hasFailed(): boolean {
    return this.#state.hasFailed;
  }

  /** True if a path is wanted and only hops are left to try. Hops of earlier paths are then dialed. */
  get wantsHop(): boolean {
    return this.#state.wantsHop;
  }

  // — decisions —

  #now(): number {
    return this.#options.clock.monotonic();
  }

  /** Checks the round trip if due. Returns the time of the next check, monotonic, ms. */
  #check(): number {
    const { toMeasure, transports, comparison } = this.#state;
    if (toMeasure === undefined || !transports[toMeasure].open) return Infinity;
    return comparison.check(() => this.#options.roundTrip?.());
  }

  /**
   * Starts the dials that are due and sets the timer.
   * @param onTime true if only time has passed; without a dial nothing has changed for display
   */
  #decide(onTime = false): void {
    const state = this.#state;
    if (state.ended || this.#deciding) return;
    let dials = false;
    this.#deciding = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    let next = this.#check();
    for (const kind of TRANSPORT_KINDS) {
      const due = dialTime(state, kind);
      if (due === undefined) continue;
      if (due > this.#now()) {
        next = Math.min(next, due);
        continue;
      }
      dials = true;
      if (state.toMeasure === kind) this.#trial = kind;
      else if (this.#trial === kind) this.#trial = undefined;
      state.transports[kind].dialing = true;
      this.#options.run({ type: 'dial', kind, renew: !state.isNeeded && kind === state.current?.kind });
    }
    if (Number.isFinite(next)) {
      this.#timer = this.#options.clock.setTimer(Math.max(0, next - this.#now()), () => this.#decide(true));
    }
    this.#deciding = false;
    if (dials || !onTime) this.#options.changed?.();
  }

  /** Cancels dials that are no longer needed, but not those for a better path. */
  #cancelUnwanted(except?: TransportKind): void {
    for (const kind of TRANSPORT_KINDS) {
      if (kind === except) continue;
      const { isNeeded } = this.#state;
      const wanted = this.allows(kind) && (isNeeded || this.#state.isBetter(kind) || this.compares(kind));
      if (!wanted) this.#cancel(kind);
    }
  }

  #cancel(kind: TransportKind): void {
    if (this.#state.transports[kind].dialing) this.#options.run({ type: 'cancel', kind });
  }

  #cut(): void {
    this.#options.run({ type: 'cut' });
  }
}
