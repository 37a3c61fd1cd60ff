import type { PeerId } from '#shared/identity/index.ts';
import type { TerminalErrorCode } from '#shared/terminal/index.ts';
import type { TerminalLimits, TerminalServiceOptions } from './service-options.ts';
import type { Terminal, TerminalDevice } from './terminal.ts';

/** A terminal whose program is being started. */
export type PendingTerminal = Readonly<{
  owner: TerminalDevice;
  /** True once it isn't wanted any more: what has started by then is hung up. */
  isCancelled: boolean;
}>;

type MutableOpening = { -readonly [Field in keyof PendingTerminal]: PendingTerminal[Field] };

/**
 * The terminals that run, and those that are being opened: how many there may be, and for whom they exist. A terminal belongs to the peer id
 * that opened it, or took it over last. Besides that one, only devices of the same person know of it: both of them marked so here, now. For
 * all others it is as if it were not there, and the same is looked up whether it is or not.
 */
export class TerminalTable {
  readonly #options: Pick<TerminalServiceOptions, 'decision' | 'isOwn' | 'commands'>;
  readonly #limits: TerminalLimits;
  readonly #terminals = new Map<string, Terminal>();
  readonly #openings = new Set<MutableOpening>();

  constructor(options: Pick<TerminalServiceOptions, 'decision' | 'isOwn' | 'commands'>, limits: TerminalLimits) {
    this.#options = options;
    this.#limits = limits;
  }

  /** Terminals that run, watched or not. */
  get size(): number {
    return this.#terminals.size;
  }

  /** Oldest first. */
  get all(): readonly Terminal[] {
    return [...this.#terminals.values()];
  }

  /** Returns a terminal, no matter who holds it. */
  get(terminal: string): Terminal | undefined {
    return this.#terminals.get(terminal);
  }

  add(terminal: Terminal): void {
    this.#terminals.set(terminal.terminal, terminal);
  }

  remove({ terminal }: Terminal): void {
    this.#terminals.delete(terminal);
  }

  /** The terminal, if it exists for this peer. */
  find(name: string, peerId: PeerId): Terminal | undefined {
    const terminal = this.#terminals.get(name);
    const isShared = this.#areSamePerson(peerId, terminal?.owner.peerId ?? peerId);
    if (terminal === undefined || terminal.hungUp) return undefined;
    return terminal.owner.peerId === peerId || isShared ? terminal : undefined;
  }

  /**
   * Those that a peer may know of; its own come first, and all of them fit into a listing.
   * @param isWatched only its own that somebody watches
   */
  knownTo(peerId: PeerId, isWatched: boolean): readonly Terminal[] {
    if (this.#options.decision(peerId) === 'deny') return [];
    return this.all
      .filter(({ owner }) => owner.peerId === peerId || (!isWatched && this.#areSamePerson(peerId, owner.peerId)))
      .filter(({ listing, hungUp }) => !isWatched || (listing.attached && !hungUp))
      .toSorted((one, other) => Number(other.owner.peerId === peerId) - Number(one.owner.peerId === peerId));
  }

  /** One more may be opened for this peer. */
  hasRoomFor(peerId: PeerId): boolean {
    const all = this.#terminals.size + this.#openings.size + (this.#options.commands?.size ?? 0);
    return all < this.#limits.total && this.mayHaveMore(peerId);
  }

  /** This peer may have one more of those that there are. */
  mayHaveMore(peerId: PeerId): boolean {
    const held = [...this.all, ...this.#openings].filter(({ owner }) => owner.peerId === peerId);
    return held.length + (this.#options.commands?.countOf(peerId) ?? 0) < this.#limits.perPeer;
  }

  /** Reserves room for a terminal until `opened`. */
  opening(owner: TerminalDevice): PendingTerminal {
    const opening = { owner, isCancelled: false };
    this.#openings.add(opening);
    return opening;
  }

  /** Releases the reservation: the terminal is open, or failed to open. */
  opened(opening: PendingTerminal): void {
    this.#openings.delete(opening);
  }

  /** Ends those of the owners that are chosen, at once, also what is only being opened. */
  end(code: TerminalErrorCode, chosen: (owner: TerminalDevice) => boolean): void {
    for (const opening of this.#openings) if (chosen(opening.owner)) opening.isCancelled = true;
    for (const terminal of this.#terminals.values()) if (chosen(terminal.owner)) terminal.end(code);
  }

  /** A person here has marked both as devices of the same person. */
  #areSamePerson(peerId: PeerId, owner: PeerId): boolean {
    return this.#options.isOwn(peerId) && this.#options.isOwn(owner);
  }
}
