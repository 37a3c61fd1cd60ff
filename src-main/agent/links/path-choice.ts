import type { PathChange, PathReason } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { retryDelay } from './back-off.ts';
import type { PathChoiceOptions } from './choice-types.ts';
import { CoolDown } from './cool-down.ts';
import { LINK_LIMITS } from './limits.ts';
import { PathHistory } from './path-history.ts';
import { isBetterKind, KINDS, modeAllows, type ChoiceMode, type DialKind } from './path-kinds.ts';
import { reasonOf } from './path-reason.ts';
import { PathRenewal } from './path-renewal.ts';
import { Way } from './way.ts';

/** `since`: when its kind came into use, monotonic. `elsewhere`: it goes through another peer than the one that was named since. */
type Current = Readonly<{ kind: DialKind; since: number; doubtful: boolean; elsewhere: boolean }>;

/**
 * Which path a session should have, and when which way is dialled (PROTOCOL section 6). Events in, commands out; it knows no sockets.
 *
 * 1. Without a path, or when the one in use gives no answer, every way that is open and allowed is dialled: at once, then with back-off.
 * 2. With one, only a better one is wanted: direct before relay before via; tried at once when it opens, then every minute.
 * 3. A direct path that was lost cools down, so that one that comes and goes does not take the session with it each time.
 * 4. One that works and has served its time is replaced by a new one of its kind.
 */
export class PathChoice {
  readonly #options: PathChoiceOptions;
  readonly #history = new PathHistory();
  readonly #renewal: PathRenewal;
  readonly #coolDown: CoolDown;
  readonly #ways: Readonly<Record<DialKind, Way>>;
  #mode: ChoiceMode;
  #current: Current | undefined;
  #everUp = false;
  #primary = true;
  #idle = false;
  #timer: Timer | undefined;
  #deciding = false;
  #ended = false;

  constructor(options: PathChoiceOptions) {
    this.#options = options;
    this.#mode = options.mode;
    this.#renewal = new PathRenewal(options.clock, options.role);
    this.#coolDown = new CoolDown(options.clock);
    const way = (): Way => new Way(options.clock, this.#lateness);
    this.#ways = { direct: way(), relay: way(), via: way() };
  }

  // — events —

  /** A way has something to dial now, or has nothing any more. `fresh`: something new, though it was open before. */
  setOpen(kind: DialKind, open: boolean, fresh = false): void {
    const way = this.#ways[kind];
    const opens = open && (!way.open || fresh);
    way.open = open;
    if (opens) {
      way.problem = undefined;
      way.tryAtOnce();
    }
    this.#decide();
  }

  /** A path that was not asked for here is on its way, the first one: to be answered like a dial. */
  making(kind: DialKind): void {
    this.#ways[kind].dialling = true;
  }

  /** The session runs over this path now. */
  up(kind: DialKind): void {
    const before = this.#current;
    const now = this.#now();
    if (before?.kind === 'direct' && before.doubtful) this.#coolDown.lost(before.since);
    const allowed = before === undefined || this.#mayStay(before);
    const turn = { before, allowed, kind, role: this.#options.role, mode: this.#mode, old: this.#renewal.isOld };
    const renewed = before?.kind === kind && !before.doubtful;
    this.#current = { kind, since: renewed ? before.since : now, doubtful: false, elsewhere: false };
    this.#history.add(this.#options.clock.now(), kind, this.#everUp ? reasonOf(turn) : 'first');
    this.#everUp = true;
    this.#renewal.begin();
    if (kind === 'direct') this.#coolDown.end();
    for (const each of KINDS) this.#ways[each].tryAtOnce();
    // The dial that has made this very path may not have come to its end yet.
    this.#cancelUnwanted(kind);
    this.#decide();
  }

  /** The path in use owes an answer: others are made while it may still come back. */
  doubtful(): void {
    const current = this.#current;
    if (current === undefined || current.doubtful) return;
    this.#current = { ...current, doubtful: true };
    for (const kind of KINDS) this.#ways[kind].tryAtOnce();
    this.#decide();
  }

  /** It answered after all. */
  clear(): void {
    const current = this.#current;
    if (current?.doubtful !== true) return;
    this.#current = { ...current, doubtful: false };
    this.#cancelUnwanted();
    this.#decide();
  }

  lost(): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#renewal.end();
    if (current.kind === 'direct') this.#coolDown.lost(current.since);
    this.#history.add(this.#options.clock.now(), null, 'lost');
    // One that was doubtful has its tries behind it.
    if (!current.doubtful) for (const kind of KINDS) this.#ways[kind].tryAtOnce();
    this.#decide();
  }

  /** Whether nothing runs over the session: then it is not worth a path when it has none. */
  setIdle(idle: boolean): void {
    if (idle === this.#idle) return;
    this.#idle = idle;
    this.#decide();
  }

  /** A dial came to its end: its path has proved itself and is in use. */
  dialled(kind: DialKind): void {
    this.#ways[kind].succeeded();
    this.#decide();
  }

  /** A dial came to nothing. `problem` explains a direct one. */
  failed(kind: DialKind, problem?: PathReason): void {
    const { random } = this.#options;
    const again = LINK_LIMITS.reprobe + this.#lateness;
    this.#ways[kind].failed(problem, (failures) => (this.#needed ? retryDelay(failures, random) : again));
    const current = this.#current;
    if (current?.kind === kind) this.#renewal.failed();
    if (current !== undefined && !this.#mayStay(current)) this.#cut();
    this.#decide();
  }

  /** Another network, or the machine woke: what failed before says nothing any more. */
  networkChanged(): void {
    this.#coolDown.end();
    this.#ways.direct.problem = undefined;
    for (const kind of KINDS) this.#ways[kind].tryAtOnce();
    this.#decide();
  }

  /** The machine slept: a path that is still in use after a moment gets a new handshake. */
  woke(): void {
    this.#renewal.woke();
    this.#decide();
  }

  /** A person asks: this very moment, on either side. */
  now(): void {
    this.#idle = false;
    this.#coolDown.end();
    for (const kind of KINDS) this.#ways[kind].tryNow();
    this.#decide();
  }

  /** What a person allows. `elsewhere`: the path in use goes through another peer than the one they name. A path that is not allowed any more goes when an allowed one is there, or cannot be had. */
  setMode(mode: ChoiceMode, elsewhere = false): void {
    const before = this.#current;
    if (mode === this.#mode && elsewhere === (before?.elsewhere ?? elsewhere)) return;
    this.#mode = mode;
    if (before !== undefined) this.#current = { ...before, elsewhere };
    for (const kind of KINDS) this.#ways[kind].tryAtOnce();
    this.#cancelUnwanted();
    this.#decide();
    const current = this.#current;
    if (current === undefined || this.#mayStay(current)) return;
    if (!KINDS.some((kind) => this.allows(kind) && this.#ways[kind].open)) this.#cut();
  }

  /** A session that another one has displaced lives only until its streams are done: it gets its path back, and no better one. */
  setPrimary(primary: boolean): void {
    this.#primary = primary;
    this.#cancelUnwanted();
    this.#decide();
  }

  /** Nothing more is wanted. */
  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
    for (const kind of KINDS) this.#cancel(kind);
  }

  // — answers —

  allows(kind: DialKind): boolean {
    return modeAllows(this.#mode, kind);
  }

  /** Whether a path that the session's responder has made should replace the one in use. */
  accepts(kind: DialKind): boolean {
    if (!this.allows(kind)) return false;
    const current = this.#current;
    if (current === undefined || current.doubtful || !this.#mayStay(current)) return true;
    if (kind === current.kind) return this.#renewal.isOld;
    return isBetterKind(kind, current.kind) && !(kind === 'direct' && this.#coolDown.isOn);
  }

  /** Why the link does not run directly; null where it does. */
  get why(): PathReason | null {
    const { direct } = this.#ways;
    if (this.#current?.kind === 'direct') return null;
    if (!this.allows('direct')) return this.#mode === 'via' ? 'chosen' : 'relay-only';
    if (!direct.open) return 'no-address';
    if (this.#coolDown.isOn && !direct.dialling) return 'cooling';
    // What came of the last try is worth more than that there is another one each minute.
    return direct.problem ?? 'trying';
  }

  get history(): readonly PathChange[] {
    return this.#history.changes;
  }

  /** When the next try of a session without a path is due, milliseconds since 1970; null while one is made, or none is possible. */
  get retryAt(): number | null {
    if (this.#current !== undefined || KINDS.some((kind) => this.#ways[kind].dialling)) return null;
    const due = Math.min(...KINDS.map((kind) => this.#due(kind) ?? Infinity));
    if (!Number.isFinite(due)) return null;
    return Math.round(this.#options.clock.now() + Math.max(0, due - this.#now()));
  }

  /** Nothing is being tried, and every way that is open has failed since it was last asked for. */
  get hasFailed(): boolean {
    return KINDS.filter((kind) => this.allows(kind)).every((kind) => {
      const { dialling, isOut } = this.#ways[kind];
      return !dialling && isOut;
    });
  }

  /** Nothing but a peer in between is left to try, and one is wanted: those that have passed the session on before are worth a dial. */
  get wantsMiddle(): boolean {
    return !this.#ended && this.#mode === 'auto' && this.#needed && !this.#isLeftAlone && this.#isLastResort;
  }

  // — decisions —

  /** No path, or none that can be relied on, or one that is not allowed. */
  get #needed(): boolean {
    const current = this.#current;
    return current === undefined || current.doubtful || !this.#mayStay(current);
  }

  #mayStay({ kind, elsewhere }: Current): boolean {
    return this.allows(kind) && !elsewhere;
  }

  /** Nobody would miss a path. */
  get #isLeftAlone(): boolean {
    return this.#idle && this.#current === undefined;
  }

  get #lateness(): number {
    return this.#options.role === 'responder' ? LINK_LIMITS.responderDelay : 0;
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  /** From when on that way is to be dialled; undefined while it is not wanted. */
  #due(kind: DialKind): number | undefined {
    const way = this.#ways[kind];
    if (this.#ended || !way.open || way.dialling || !this.allows(kind)) return undefined;
    if (this.#needed) {
      if (this.#isLeftAlone) return undefined;
      if (kind === 'via' && this.#mode === 'auto' && !this.#isLastResort) return undefined;
      const { relay } = this.#ways;
      const waits = kind === 'direct' && !relay.isOut && this.allows('relay');
      return waits ? Math.max(way.notBefore, this.#coolDown.until) : way.notBefore;
    }
    if (kind === this.#current?.kind) return this.#renewal.dueAt;
    if (!this.#isBetter(kind)) return undefined;
    return kind === 'direct' ? Math.max(way.notBefore, this.#coolDown.until) : way.notBefore;
  }

  #isBetter(kind: DialKind): boolean {
    const current = this.#current;
    return this.#primary && current !== undefined && isBetterKind(kind, current.kind);
  }

  /** A peer in between is troubled only when neither of the others can be had. */
  get #isLastResort(): boolean {
    const { direct, relay } = this.#ways;
    return direct.isOut && relay.isOut;
  }

  #decide(): void {
    if (this.#ended || this.#deciding) return;
    this.#deciding = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    let next = Infinity;
    for (const kind of KINDS) {
      const due = this.#due(kind);
      if (due === undefined) continue;
      if (due > this.#now()) {
        next = Math.min(next, due);
        continue;
      }
      this.#ways[kind].dialling = true;
      this.#options.run({ type: 'dial', kind, renew: !this.#needed && kind === this.#current?.kind });
    }
    if (Number.isFinite(next)) {
      this.#timer = this.#options.clock.setTimer(Math.max(0, next - this.#now()), () => this.#decide());
    }
    this.#deciding = false;
    this.#options.changed?.();
  }

  /** What was begun in need is not wanted once a path works, unless it leads to a better one. */
  #cancelUnwanted(except?: DialKind): void {
    for (const kind of KINDS) {
      if (kind === except) continue;
      const wanted = this.allows(kind) && (this.#needed || this.#isBetter(kind));
      if (!wanted) this.#cancel(kind);
    }
  }

  #cancel(kind: DialKind): void {
    if (this.#ways[kind].dialling) this.#options.run({ type: 'cancel', kind });
  }

  #cut(): void {
    this.#options.run({ type: 'cut' });
  }
}
