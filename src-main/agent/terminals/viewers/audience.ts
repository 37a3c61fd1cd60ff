import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { TerminalEnd, TerminalState } from '#shared/terminal/index.ts';
import type { TerminalDevice } from '../terminal.ts';
import { Watcher } from './watcher.ts';

/** Peers that one terminal is shared with, and streams that look on, of one peer and in all. */
export const AUDIENCE_LIMITS = { shares: 8, watchersOfPeer: 2, watchers: 8 };
/** The screen is drawn for watchers at most so often, ms: it costs the terminal's process a little. */
const PACE = 500;

type Seat = Readonly<{ watcher: Watcher; peerId: PeerId }>;

/** Viewers of one terminal: who may watch it, and who does. None of them can do anything to it. */
export class Audience {
  readonly #clock: Clock;
  readonly #peek: (request: number) => void;
  readonly #changed: () => void;
  readonly #shares = new Map<PeerId, TerminalDevice>();
  readonly #seats = new Set<Seat>();
  #requests = 0;
  /** The screen that was asked for, and what of it has come. */
  #awaited: number | undefined;
  #screen: { cols: number; rows: number; pieces: Uint8Array[] } | undefined;
  #asked = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  /**
   * @param peek Asks the terminal's process for the screen, in its place among the output.
   * @param changed Somebody came or went, or may no more.
   */
  constructor(clock: Clock, peek: (request: number) => void, changed: () => void) {
    this.#clock = clock;
    this.#peek = peek;
    this.#changed = changed;
  }

  /** Somebody looks on now. */
  get isWatched(): boolean {
    return this.#seats.size > 0;
  }

  get state(): TerminalState['viewers'] {
    return [...this.#shares.values()].map(({ peerId, name }) => ({
      peer: peerId,
      name,
      watching: [...this.#seats].some((seat) => seat.peerId === peerId),
    }));
  }

  get sharedWith(): readonly TerminalDevice[] {
    return [...this.#shares.values()];
  }

  isSharedWith(peerId: PeerId): boolean {
    return this.#shares.has(peerId);
  }

  /** @returns false where it is shared with too many already */
  share(peer: TerminalDevice): boolean {
    if (!this.#shares.has(peer.peerId) && this.#shares.size >= AUDIENCE_LIMITS.shares) return false;
    this.#shares.set(peer.peerId, peer);
    this.#changed();
    return true;
  }

  /** Ends sharing with one peer, or with all without one; they can't come back. @returns the devices that were viewing */
  unshare(peerId: PeerId | undefined, end: TerminalEnd): readonly TerminalDevice[] {
    const gone = this.sharedWith.filter((peer) => peerId === undefined || peer.peerId === peerId);
    for (const peer of gone) this.#shares.delete(peer.peerId);
    this.cut(peerId, end);
    if (gone.length > 0) this.#changed();
    return gone;
  }

  /** Sends away who looks on, at once; the terminal stays shared. */
  cut(peerId: PeerId | undefined, end: TerminalEnd): void {
    for (const seat of this.#seats) if (peerId === undefined || seat.peerId === peerId) this.#leave(seat, end);
  }

  hasRoomFor(peerId: PeerId): boolean {
    const ofPeer = [...this.#seats].filter((seat) => seat.peerId === peerId).length;
    return this.#seats.size < AUDIENCE_LIMITS.watchers && ofPeer < AUDIENCE_LIMITS.watchersOfPeer;
  }

  admit(stream: LinkStream, peerId: PeerId): Watcher {
    const watcher = new Watcher(stream, this.#clock, () => this.#ask());
    const seat: Seat = { watcher, peerId };
    // What was asked for those before may never come: a terminal at which nobody looks is muted.
    if (this.#seats.size === 0) this.#awaited = undefined;
    this.#seats.add(seat);
    void stream.closed.then(() => {
      if (this.#seats.delete(seat)) this.#changed();
    });
    this.#ask();
    this.#changed();
    return watcher;
  }

  output(bytes: Uint8Array): void {
    for (const { watcher } of this.#seats) watcher.output(bytes);
  }

  title(title: string): void {
    for (const { watcher } of this.#seats) watcher.title(title);
  }

  /** Output was left out, or the size is another one: everybody needs the screen anew. */
  interrupted(): void {
    this.#awaited = undefined;
    for (const { watcher } of this.#seats) watcher.interrupted();
    if (this.isWatched) this.#ask();
  }

  peekBegin(request: number, cols: number, rows: number): void {
    if (request === this.#awaited) this.#screen = { cols, rows, pieces: [] };
  }

  peekData(bytes: Uint8Array): void {
    this.#screen?.pieces.push(bytes);
  }

  peekEnd(): void {
    const screen = this.#screen;
    if (screen === undefined) return;
    this.#screen = undefined;
    this.#awaited = undefined;
    for (const { watcher } of this.#seats) watcher.screen(screen.cols, screen.rows, screen.pieces);
    // Somebody may have fallen behind meanwhile.
    if ([...this.#seats].some(({ watcher }) => watcher.wantsScreen)) this.#ask();
  }

  /** The terminal is over; whom it was shared with is still known. */
  finish(end: TerminalEnd): void {
    this.#timer?.cancel();
    for (const { watcher } of this.#seats) watcher.finish(end);
    this.#seats.clear();
  }

  #leave(seat: Seat, end: TerminalEnd): void {
    this.#seats.delete(seat);
    seat.watcher.end(end);
    this.#changed();
  }

  #ask(): void {
    if (this.#awaited !== undefined || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#asked + PACE - this.#clock.monotonic());
    if (wait > 0) {
      this.#timer = this.#clock.setTimer(wait, () => {
        this.#timer = undefined;
        this.#ask();
      });
      return;
    }
    if (![...this.#seats].some(({ watcher }) => watcher.wantsScreen)) return;
    this.#asked = this.#clock.monotonic();
    this.#requests += 1;
    this.#awaited = this.#requests;
    this.#screen = undefined;
    this.#peek(this.#requests);
  }
}
