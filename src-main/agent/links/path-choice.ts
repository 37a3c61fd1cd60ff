import type { LinkPathKind, PathChange, PathReason } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { retryDelay } from './back-off.ts';
import { PathHistory } from './path-history.ts';

/** Ways to a peer that can be dialled. */
export type DialKind = LinkPathKind;

/** What a person allows; `via`: only through the peer that was named. */
export type ChoiceMode = 'auto' | 'direct-only' | 'relay-only' | 'via';

/** What the machine wants done. Each `dial` is answered by exactly one `dialled` or `failed`, later; a cancelled one too. */
export type ChoiceCommand =
  | Readonly<{ type: 'dial'; kind: DialKind }>
  | Readonly<{ type: 'cancel'; kind: DialKind }>
  /** The person does not allow the path in use. */
  | Readonly<{ type: 'cut' }>;

export type PathChoiceOptions = Readonly<{
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Of this side in the session: the responder dials a second later than the initiator would. */
  role: SessionRole;
  mode: ChoiceMode;
  run(command: ChoiceCommand): void;
  /** Something of the explanation has changed. */
  changed?: () => void;
}>;

/** The responder leaves the initiator so much time, ms: two crossing dials are one too many. */
const RESPONDER_DELAY = 1000;
/** A better path is tried again after so long, ms. */
const REPROBE = 60_000;
/** A direct path that was lost is not tried again for so long, ms, while another way is open. */
const COOL_DOWNS = [10_000, 20_000, 40_000, 60_000] as const;
/** A direct path that lived so long was a good one: the next loss counts as the first, ms. */
const PROVEN_AFTER = 60_000;

const KINDS: readonly DialKind[] = ['direct', 'relay', 'via'];
const RANK: Readonly<Record<DialKind, number>> = { direct: 3, relay: 2, via: 1 };

type Way = {
  /** There is something to dial. */
  open: boolean;
  dialling: boolean;
  /** In a row, since a path was last lost or got. */
  failures: number;
  /** Monotonic. */
  notBefore: number;
  problem: PathReason | undefined;
};

type Current = Readonly<{ kind: DialKind; since: number; doubtful: boolean }>;

/**
 * Which path a session should have, and when which way is dialled (PROTOCOL section 6). Events in, commands out; it knows no sockets.
 *
 * 1. Without a path, or when the one in use gives no answer, every way that is open and allowed is dialled: at once, then with back-off.
 * 2. With one, only a better one is wanted: direct before relay before via; tried at once when it opens, then every minute.
 * 3. A direct path that was lost cools down, so that one that comes and goes does not take the session with it each time.
 */
export class PathChoice {
  readonly #options: PathChoiceOptions;
  readonly #history = new PathHistory();
  readonly #ways: Readonly<Record<DialKind, Way>>;
  #mode: ChoiceMode;
  #current: Current | undefined;
  #everUp = false;
  #primary = true;
  #idle = false;
  #losses = 0;
  #coolUntil = -Infinity;
  #timer: Timer | undefined;
  #deciding = false;
  #ended = false;

  constructor(options: PathChoiceOptions) {
    this.#options = options;
    this.#mode = options.mode;
    const way = (): Way => ({ open: false, dialling: false, failures: 0, notBefore: 0, problem: undefined });
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
      this.#tryAtOnce(way);
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
    if (before?.kind === 'direct' && before.doubtful) this.#directLost(before);
    this.#current = { kind, since: now, doubtful: false };
    this.#history.add(this.#options.clock.now(), kind, this.#everUp ? this.#reasonAfter(before) : 'first');
    this.#everUp = true;
    if (kind === 'direct') this.#coolUntil = -Infinity;
    for (const each of KINDS) this.#tryAtOnce(this.#ways[each]);
    // The dial that has made this very path may not have come to its end yet.
    this.#cancelUnwanted(kind);
    this.#decide();
  }

  /** The path in use owes an answer: others are made while it may still come back. */
  doubtful(): void {
    const current = this.#current;
    if (current === undefined || current.doubtful) return;
    this.#current = { ...current, doubtful: true };
    for (const kind of KINDS) this.#tryAtOnce(this.#ways[kind]);
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
    if (current.kind === 'direct') this.#directLost(current);
    this.#history.add(this.#options.clock.now(), null, 'lost');
    // One that was doubtful has its tries behind it.
    if (!current.doubtful) for (const kind of KINDS) this.#tryAtOnce(this.#ways[kind]);
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
    const way = this.#ways[kind];
    way.dialling = false;
    way.failures = 0;
    way.problem = undefined;
    this.#decide();
  }

  /** A dial came to nothing. `problem` explains a direct one. */
  failed(kind: DialKind, problem?: PathReason): void {
    const way = this.#ways[kind];
    const now = this.#now();
    way.dialling = false;
    way.failures += 1;
    way.problem = problem;
    way.notBefore = now + (this.#needed ? retryDelay(way.failures, this.#options.random) : REPROBE + this.#lateness);
    const current = this.#current;
    if (current !== undefined && !this.allows(current.kind)) this.#cut();
    this.#decide();
  }

  /** Another network, or the machine woke: what failed before says nothing any more. */
  networkChanged(): void {
    this.#coolUntil = -Infinity;
    this.#ways.direct.problem = undefined;
    for (const kind of KINDS) this.#tryAtOnce(this.#ways[kind]);
    this.#decide();
  }

  /** A person asks: this very moment, on either side. */
  now(): void {
    this.#idle = false;
    this.#coolUntil = -Infinity;
    for (const kind of KINDS) Object.assign(this.#ways[kind], { failures: 0, notBefore: this.#now() });
    this.#decide();
  }

  /** What a person allows. A path that is not allowed any more goes when an allowed one is there, or cannot be had. */
  setMode(mode: ChoiceMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    for (const kind of KINDS) this.#tryAtOnce(this.#ways[kind]);
    this.#cancelUnwanted();
    this.#decide();
    const current = this.#current;
    if (current === undefined || this.allows(current.kind)) return;
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
    switch (this.#mode) {
      case 'auto':
        return true;
      case 'direct-only':
        return kind === 'direct';
      case 'relay-only':
        return kind === 'relay';
      case 'via':
        return kind === 'via';
    }
  }

  /** Whether a path that the session's responder has made should replace the one in use. */
  accepts(kind: DialKind): boolean {
    if (!this.allows(kind)) return false;
    const current = this.#current;
    if (current === undefined || current.doubtful || !this.allows(current.kind)) return true;
    return RANK[kind] > RANK[current.kind] && !(kind === 'direct' && this.#isCooling);
  }

  /** Why the link does not run directly; null where it does. */
  get why(): PathReason | null {
    const { direct } = this.#ways;
    if (this.#current?.kind === 'direct') return null;
    if (!this.allows('direct')) return 'relay-only';
    if (!direct.open) return 'no-address';
    if (this.#isCooling && !direct.dialling) return 'cooling';
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
      const { open, dialling, failures } = this.#ways[kind];
      return !dialling && (!open || failures > 0);
    });
  }

  // — decisions —

  /** No path, or none that can be relied on, or one that is not allowed. */
  get #needed(): boolean {
    const current = this.#current;
    return current === undefined || current.doubtful || !this.allows(current.kind);
  }

  get #isCooling(): boolean {
    return this.#now() < this.#coolUntil;
  }

  /** Why another path than that one is in use now. */
  #reasonAfter(before: Current | undefined): PathReason {
    if (before === undefined || before.doubtful) return 'lost';
    return this.#mode === 'relay-only' && !this.allows(before.kind) ? 'relay-only' : 'better';
  }

  get #lateness(): number {
    return this.#options.role === 'responder' ? RESPONDER_DELAY : 0;
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #tryAtOnce(way: Way): void {
    way.failures = 0;
    way.notBefore = this.#now() + this.#lateness;
  }

  /** From when on that way is to be dialled; undefined while it is not wanted. */
  #due(kind: DialKind): number | undefined {
    const way = this.#ways[kind];
    if (this.#ended || !way.open || way.dialling || !this.allows(kind)) return undefined;
    if (this.#needed) {
      if (this.#idle && this.#current === undefined) return undefined;
      if (kind === 'via' && this.#mode === 'auto' && !this.#isLastResort) return undefined;
      const { relay } = this.#ways;
      const waits = kind === 'direct' && relay.open && relay.failures === 0 && this.allows('relay');
      return waits ? Math.max(way.notBefore, this.#coolUntil) : way.notBefore;
    }
    if (!this.#isBetter(kind)) return undefined;
    return kind === 'direct' ? Math.max(way.notBefore, this.#coolUntil) : way.notBefore;
  }

  #isBetter(kind: DialKind): boolean {
    const current = this.#current;
    return this.#primary && current !== undefined && RANK[kind] > RANK[current.kind];
  }

  /** A peer in between is troubled only when neither of the others can be had. */
  get #isLastResort(): boolean {
    const { direct, relay } = this.#ways;
    return [direct, relay].every((way) => !way.open || way.failures > 0);
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
      this.#options.run({ type: 'dial', kind });
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

  #directLost({ since }: Current): void {
    const now = this.#now();
    if (now - since >= PROVEN_AFTER) this.#losses = 0;
    const wait = COOL_DOWNS[Math.min(this.#losses, COOL_DOWNS.length - 1)] ?? 0;
    this.#losses += 1;
    this.#coolUntil = now + wait;
  }
}
