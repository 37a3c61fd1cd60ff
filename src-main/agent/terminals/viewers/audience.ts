import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { TerminalEnd, TerminalState } from '#shared/terminal/index.ts';
import type { TerminalDevice } from '../terminal.ts';
import { ViewerStream } from './viewer-stream.ts';

/** Limits per terminal: peers it is shared with, viewing streams of one peer, and viewing streams in all, and guests. */
export const AUDIENCE_LIMITS = { shares: 8, streamsOfPeer: 2, streams: 8, guests: 8 };
/** Shortest time between two requests for the screen, ms; each costs the PTY host some work. */
const PACE = 500;

/** `guest`: name of a guest of a share link, who isn't one of the peers that the terminal is shared with. */
type Viewer = Readonly<{ watcher: ViewerStream; peerId: PeerId; guest?: string }>;

/**
 * Viewers of one terminal: the peers that it is shared with, and their open streams. A viewer never types or resizes. In memory only. Each `Terminal`
 * has one.
 */
export class Audience {
  readonly #clock: Clock;
  readonly #peek: (request: number) => void;
  readonly #changed: () => void;
  readonly #shares = new Map<PeerId, TerminalDevice>();
  readonly #viewers = new Set<Viewer>();
  #over = Promise.withResolvers<void>();
  #requests = 0;
  /** Number of the requested screen; undefined if none is awaited. */
  #awaited: number | undefined;
  #screen: { cols: number; rows: number; pieces: Uint8Array[] } | undefined;
  #requestedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  /**
   * @param peek requests the screen from the PTY host; the answer arrives in order with the output
   * @param changed called when a viewer comes or goes, or sharing changes
   */
  constructor(clock: Clock, peek: (request: number) => void, changed: () => void) {
    this.#clock = clock;
    this.#peek = peek;
    this.#changed = changed;
  }

  /** True while at least one viewer is watching. */
  get isWatched(): boolean {
    return this.#viewers.size > 0;
  }

  get state(): TerminalState['viewers'] {
    const peers = [...this.#shares.values()].map(({ peerId, name }) => ({
      peer: peerId,
      name,
      watching: [...this.#viewers].some((viewer) => viewer.peerId === peerId),
    }));
    return [...peers, ...this.guests];
  }

  /** Guests of share links that watch now. */
  get guests(): TerminalState['viewers'] {
    return [...this.#viewers].flatMap(({ peerId, guest }) =>
      guest === undefined ? [] : [{ peer: peerId, name: guest, watching: true }],
    );
  }

  /** Resolves when the terminal has ended, or when sharing with everyone stops next (`unshare` without a peer). */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get sharedWith(): readonly TerminalDevice[] {
    return [...this.#shares.values()];
  }

  isSharedWith(peerId: PeerId): boolean {
    return this.#shares.has(peerId);
  }

  /** Allows a peer to watch. @returns false if the terminal is shared with too many peers */
  share(peer: TerminalDevice): boolean {
    if (!this.#shares.has(peer.peerId) && this.#shares.size >= AUDIENCE_LIMITS.shares) return false;
    this.#shares.set(peer.peerId, peer);
    this.#changed();
    return true;
  }

  /** Stops sharing with one peer, or with all, and ends their streams. @returns the peers it was shared with */
  unshare(peerId: PeerId | undefined, end: TerminalEnd): readonly TerminalDevice[] {
    const gone = this.sharedWith.filter((peer) => peerId === undefined || peer.peerId === peerId);
    for (const peer of gone) this.#shares.delete(peer.peerId);
    this.cut(peerId, end);
    if (peerId === undefined) {
      this.#over.resolve();
      // The terminal may be shared again.
      this.#over = Promise.withResolvers();
    }
    if (gone.length > 0) this.#changed();
    return gone;
  }

  /** Ends the viewing streams of one peer, or of all, at once; the terminal stays shared. */
  cut(peerId: PeerId | undefined, end: TerminalEnd): void {
    for (const viewer of this.#viewers) if (peerId === undefined || viewer.peerId === peerId) this.#leave(viewer, end);
  }

  hasRoomFor(peerId: PeerId): boolean {
    const peers = [...this.#viewers].filter(({ guest }) => guest === undefined);
    const ofPeer = peers.filter((viewer) => viewer.peerId === peerId).length;
    return peers.length < AUDIENCE_LIMITS.streams && ofPeer < AUDIENCE_LIMITS.streamsOfPeer;
  }

  /** Reports whether a guest may watch. A stream that it has already is about to be replaced, and doesn't count. */
  hasRoomForGuest(peerId: PeerId): boolean {
    return this.guests.filter(({ peer }) => peer !== peerId).length < AUDIENCE_LIMITS.guests;
  }

  admit(stream: LinkStream, peerId: PeerId): ViewerStream {
    return this.#admit({ watcher: this.#watch(stream), peerId });
  }

  /** Admits a guest of a share link, which decides and ends it. */
  admitGuest(stream: LinkStream, { peerId, name }: TerminalDevice): ViewerStream {
    return this.#admit({ watcher: this.#watch(stream), peerId, guest: name });
  }

  /** Sends what follows to all viewers as a new screen, because the output that comes now redraws it. */
  redrawn(cols: number, rows: number): void {
    this.#awaited = undefined;
    for (const { watcher } of this.#viewers) {
      watcher.interrupted();
      watcher.screen(cols, rows, []);
    }
  }

  #watch(stream: LinkStream): ViewerStream {
    return new ViewerStream(stream, this.#clock, () => this.#requestScreen());
  }

  #admit(viewer: Viewer): ViewerStream {
    const { watcher } = viewer;
    // An earlier request may stay unanswered: without viewers the terminal may have been muted.
    if (this.#viewers.size === 0) this.#awaited = undefined;
    this.#viewers.add(viewer);
    void watcher.stream.closed.then(() => {
      if (this.#viewers.delete(viewer)) this.#changed();
    });
    this.#requestScreen();
    this.#changed();
    return watcher;
  }

  output(bytes: Uint8Array): void {
    for (const { watcher } of this.#viewers) watcher.output(bytes);
  }

  title(title: string): void {
    for (const { watcher } of this.#viewers) watcher.title(title);
  }

  /** Reports that output was skipped or the size changed: all viewers get the screen again. */
  interrupted(): void {
    this.#awaited = undefined;
    for (const { watcher } of this.#viewers) watcher.interrupted();
    if (this.isWatched) this.#requestScreen();
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
    for (const { watcher } of this.#viewers) watcher.screen(screen.cols, screen.rows, screen.pieces);
    // A viewer may have fallen behind meanwhile.
    if ([...this.#viewers].some(({ watcher }) => watcher.wantsScreen)) this.#requestScreen();
  }

  /** Ends all streams with the terminal; `sharedWith` stays as it was. */
  finish(end: TerminalEnd): void {
    this.#over.resolve();
    this.#timer?.cancel();
    for (const { watcher } of this.#viewers) watcher.finish(end);
    this.#viewers.clear();
  }

  #leave(viewer: Viewer, end: TerminalEnd): void {
    this.#viewers.delete(viewer);
    viewer.watcher.end(end);
    this.#changed();
  }

  #requestScreen(): void {
    if (this.#awaited !== undefined || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#requestedAt + PACE - this.#clock.monotonic());
    if (wait > 0) {
      this.#timer = this.#clock.setTimer(wait, () => {
        this.#timer = undefined;
        this.#requestScreen();
      });
      return;
    }
    if (![...this.#viewers].some(({ watcher }) => watcher.wantsScreen)) return;
    this.#requestedAt = this.#clock.monotonic();
    this.#requests += 1;
    this.#awaited = this.#requests;
    this.#screen = undefined;
    this.#peek(this.#requests);
  }
}
