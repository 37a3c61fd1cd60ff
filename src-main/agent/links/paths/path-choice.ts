import type { PathChange, PathReason, PathTimes, UdpReason } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import type { RoundTrips } from '#shared/link/index.ts';
import { ChoiceState } from './path-state.ts';
import type { PathChoiceOptions } from './path-state.ts';
import { dialPause, dialTime } from './dial-schedule.ts';
import { otherMeasured } from './path-comparison.ts';
import { whyNotDirect, whyNotUdp } from './path-explanation.ts';
import { PathHistory, reasonOf } from './path-history.ts';
import { isDirectKind, TRANSPORT_KINDS, type ChoiceMode, type TransportKind } from './transport-kinds.ts';

/**
 * Which path a session should have, and when which way is dialled (PROTOCOL section 6). Events in, commands out; it knows no sockets.
 *
 * 1. Without a path, or when the one in use gives no answer, every way that is open and allowed is dialled: at once, then with back-off.
 * 2. With one, only a better one is wanted: direct before the others, via after them; tried at once when it opens, then every minute. Between UDP
 *    and the relay the initiator decides by what it measures, both beside each other, now and then anew.
 * 3. A direct path that was lost cools down, so that one that comes and goes does not take the session with it each time.
 * 4. One that works and has served its time is replaced by a new one of its kind.
 * 5. One over UDP is prepared over the path in use: without one that answers it cannot be dialled. The initiator does it, for both.
 */
export class PathChoice {
  readonly #options: PathChoiceOptions;
  readonly #state: ChoiceState;
  readonly #history = new PathHistory();
  #everUp = false;
  /** It is dialled to be measured beside the one in use. */
  #trial: TransportKind | undefined;
  /** It was measured, and is about to be used. */
  #moving: TransportKind | undefined;
  /** The path before was given up because the person's choice forbids it. */
  #forbidden = false;
  #timer: Timer | undefined;
  #deciding = false;

  constructor(options: PathChoiceOptions) {
    this.#options = options;
    this.#state = new ChoiceState(options);
  }

  // — events —

  /** A way has something to dial now, or has nothing any more. `fresh`: something new, though it was open before. */
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

  /** Whether this device makes paths over UDP, and why not. @param fresh what failed before says nothing any more */
  setUdp(obstacle: UdpReason | undefined, fresh = false): void {
    const state = this.#state;
    if (fresh) {
      if (state.udpProblem !== 'slower') state.udpProblem = undefined;
      state.comparison.bring();
    }
    state.udpObstacle = obstacle;
    this.setOpen('udp', obstacle === undefined && state.role === 'initiator', fresh);
  }

  /** A path that was not asked for here is on its way, the first one: to be answered like a dial. */
  making(kind: TransportKind): void {
    this.#state.transports[kind].dialling = true;
  }

  /** The session runs over this path now. */
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
    // The dial that has made this very path may not have come to its end yet.
    this.#cancelUnwanted(kind);
    // Nobody should have let it come so far.
    if (!state.allows(kind)) this.#cut();
    this.#decide();
  }

  /** The path in use owes an answer: others are made while it may still come back. */
  doubtful(): void {
    const { current, transports } = this.#state;
    if (current === undefined || current.doubtful) return;
    this.#state.current = { ...current, doubtful: true };
    for (const kind of TRANSPORT_KINDS) transports[kind].tryAtOnce();
    this.#decide();
  }

  /** It answered after all. */
  clear(): void {
    const { current } = this.#state;
    if (current?.doubtful !== true) return;
    this.#state.current = { ...current, doubtful: false };
    this.#cancelUnwanted();
    this.#decide();
  }

  lost(): void {
    const { current, renewal, transports } = this.#state;
    if (current === undefined) return;
    this.#state.current = undefined;
    renewal.end();
    this.#state.cool(current);
    this.#history.add(this.#options.clock.now(), null, 'lost');
    // One that was doubtful has its tries behind it.
    if (!current.doubtful) for (const kind of TRANSPORT_KINDS) transports[kind].tryAtOnce();
    this.#decide();
  }

  /** Whether nothing runs over the session: then it is not worth a path when it has none. */
  setIdle(idle: boolean): void {
    if (idle === this.#state.idle) return;
    this.#state.idle = idle;
    this.#decide();
  }

  /** A dial came to its end: its path has proved itself and is in use. */
  dialled(kind: TransportKind): void {
    this.#state.transports[kind].succeeded();
    this.#decide();
  }

  /** It has led to a path that was measured, and the one in use is kept. */
  outdone(kind: TransportKind): void {
    this.#state.transports[kind].succeeded();
    this.#decide();
  }

  /** A dial came to nothing. `problem` explains a direct one, `udpProblem` one over UDP. @param isRefused the peer itself said no */
  failed(kind: TransportKind, problem?: PathReason, udpProblem?: UdpReason, isRefused = false): void {
    const state = this.#state;
    const { random } = this.#options;
    state.transports[kind].failed(problem, (failures) => dialPause(state, kind, failures, random, isRefused));
    if (kind === 'relay' && state.toMeasure === kind) state.comparison.failed();
    if (udpProblem !== undefined) state.udpProblem = udpProblem;
    if (state.current?.kind === kind) state.renewal.failed();
    this.#decide();
  }

  /** Another network, or the machine woke: what failed before says nothing any more. */
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

  /** The machine slept: a path that is still in use after a moment gets a new handshake. */
  woke(): void {
    this.#state.renewal.woke();
    this.#decide();
  }

  /** A person asks: this very moment, on either side. */
  now(): void {
    const { coolDown, udpCoolDown, comparison, transports } = this.#state;
    this.#state.idle = false;
    coolDown.end();
    udpCoolDown.end();
    comparison.hurry();
    for (const kind of TRANSPORT_KINDS) transports[kind].tryNow();
    this.#decide();
  }

  /**
   * The person's choice. A path that it forbids ends at once, and so does every dial of that kind: allowed ones are made without delay.
   * @param rerouted the path in use leads through other hops than the person names now
   */
  setMode(mode: ChoiceMode, rerouted = false): void {
    const state = this.#state;
    state.mode = mode;
    // One through hops may lead through others than are named now.
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

  /** No path is wanted, although the session stays. */
  setHeld(held: boolean): void {
    if (held === this.#state.held) return;
    this.#state.held = held;
    if (held) for (const kind of TRANSPORT_KINDS) this.#cancel(kind);
    else this.networkChanged();
    this.#decide();
  }

  /** A session that another one has displaced lives only until its streams are done: it gets its path back, and no better one. */
  setPrimary(primary: boolean): void {
    this.#state.primary = primary;
    this.#cancelUnwanted();
    this.#decide();
  }

  /** Nothing more is wanted. */
  end(): void {
    this.#state.ended = true;
    this.#timer?.cancel();
    for (const kind of TRANSPORT_KINDS) this.#cancel(kind);
  }

  // — answers —

  allows(kind: TransportKind): boolean {
    return this.#state.allows(kind);
  }

  /** Whether a path that the session's responder has made should replace the one in use. */
  accepts(kind: TransportKind): boolean {
    return this.#state.accepts(kind);
  }

  /** Whether a path that this side has dialled is to be measured beside the one in use first. */
  compares(kind: TransportKind): boolean {
    return this.#trial === kind && this.#state.toMeasure === kind;
  }

  /** Whether a path that this side has made, and measured beside the one in use, should replace that. */
  prefers(kind: TransportKind, times: RoundTrips): boolean {
    const { toMeasure, comparison } = this.#state;
    if (toMeasure === undefined || toMeasure !== kind) return true;
    const wins = comparison.judge(toMeasure, times);
    this.#moving = wins ? kind : undefined;
    this.#state.udpProblem = wins === (kind === 'udp') ? undefined : 'slower';
    return wins;
  }

  /** What was measured last, where the choice is between UDP and the relay; null elsewhere, and where one of them gave no answer. */
  get times(): PathTimes | null {
    const { current, comparison } = this.#state;
    return current === undefined || otherMeasured(current.kind) === undefined ? null : comparison.times;
  }

  /** Why the link does not run directly; null where it does. */
  get why(): PathReason | null {
    return whyNotDirect(this.#state);
  }

  /** Why the link does not run over UDP either, where it is not direct and this side knows. */
  get whyNotUdp(): UdpReason | null {
    return whyNotUdp(this.#state);
  }

  get history(): readonly PathChange[] {
    return this.#history.changes;
  }

  /** When the next try of a session without a path is due, milliseconds since 1970; null while one is made, or none is possible. */
  get retryAt(): number | null {
    const { current, transports } = this.#state;
    if (current !== undefined || TRANSPORT_KINDS.some((kind) => transports[kind].dialling)) return null;
    const due = Math.min(...TRANSPORT_KINDS.map((kind) => dialTime(this.#state, kind) ?? Infinity));
    if (!Number.isFinite(due)) return null;
    return Math.round(this.#options.clock.now() + Math.max(0, due - this.#now()));
  }

  /** Nothing is being tried, and every way that is open has failed since it was last asked for. */
  get hasFailed(): boolean {
    return this.#state.hasFailed;
  }

  /** Nothing but a peer in between is left to try, and one is wanted: those that have passed the session on before are worth a dial. */
  get wantsHop(): boolean {
    return this.#state.wantsHop;
  }

  // — decisions —

  #now(): number {
    return this.#options.clock.monotonic();
  }

  /** When the round trip of the path in use is to be looked at again. */
  #look(): number {
    const { toMeasure, transports, comparison } = this.#state;
    if (toMeasure === undefined || !transports[toMeasure].open) return Infinity;
    return comparison.look(() => this.#options.roundTrip?.());
  }

  /** @param onTime nothing but time has passed: without a dial there is nothing new to tell */
  #decide(onTime = false): void {
    const state = this.#state;
    if (state.ended || this.#deciding) return;
    let dials = false;
    this.#deciding = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    let next = this.#look();
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
      state.transports[kind].dialling = true;
      this.#options.run({ type: 'dial', kind, renew: !state.isNeeded && kind === state.current?.kind });
    }
    if (Number.isFinite(next)) {
      this.#timer = this.#options.clock.setTimer(Math.max(0, next - this.#now()), () => this.#decide(true));
    }
    this.#deciding = false;
    if (dials || !onTime) this.#options.changed?.();
  }

  /** What was begun in need is not wanted once a path works, unless it leads to a better one. */
  #cancelUnwanted(except?: TransportKind): void {
    for (const kind of TRANSPORT_KINDS) {
      if (kind === except) continue;
      const { isNeeded } = this.#state;
      const wanted = this.allows(kind) && (isNeeded || this.#state.isBetter(kind) || this.compares(kind));
      if (!wanted) this.#cancel(kind);
    }
  }

  #cancel(kind: TransportKind): void {
    if (this.#state.transports[kind].dialling) this.#options.run({ type: 'cancel', kind });
  }

  #cut(): void {
    this.#options.run({ type: 'cut' });
  }
}
