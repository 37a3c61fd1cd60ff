import type { PeerId } from '#shared/identity/index.ts';
import type { TerminalErrorCode } from '#shared/terminal/index.ts';
import type { TerminalLimits, TerminalServiceOptions } from './service-options.ts';
import type { Terminal, TerminalDevice } from './terminal.ts';

/** Terminal whose program is being started. */
export type PendingTerminal = Readonly<{
  owner: TerminalDevice;
  /** True once the opening is cancelled; a program that has started by then is hung up. */
  isCancelled: boolean;
}>;

/** Terminals that a list contains: all that a peer may see, its own, or its own with a device attached. */
export type ListScope = 'all' | 'own' | 'watched';

type MutableOpening = { -readonly [Field in keyof PendingTerminal]: PendingTerminal[Field] };

/**
 * Table of the running terminals and of those being opened; enforces their limits and visibility. A terminal belongs to the peer that opened it or
 * took it over last. Another peer sees it only if this device currently marks both as "my device". For all others it doesn't exist, and the lookup
 * takes the same steps as for a name that doesn't. In memory only.
 */
export class TerminalTable {
  readonly #options: Pick<TerminalServiceOptions, 'decision' | 'isMyDevice' | 'commands'>;
  readonly #limits: TerminalLimits;
  readonly #terminals = new Map<string, Terminal>();
  readonly #openings = new Set<MutableOpening>();

  constructor(options: Pick<TerminalServiceOptions, 'decision' | 'isMyDevice' | 'commands'>, limits: TerminalLimits) {
    this.#options = options;
    this.#limits = limits;
  }

  /** Number of running terminals, attached or not. */
  get size(): number {
    return this.#terminals.size;
  }

  /** All running terminals, oldest first. */
  get all(): readonly Terminal[] {
    return [...this.#terminals.values()];
  }

  /** Returns a terminal, regardless of its holder. */
  get(terminal: string): Terminal | undefined {
    return this.#terminals.get(terminal);
  }

  add(terminal: Terminal): void {
    this.#terminals.set(terminal.terminal, terminal);
  }

  remove({ terminal }: Terminal): void {
    this.#terminals.delete(terminal);
  }

  /** Returns a terminal that this peer may see. */
  find(name: string, peerId: PeerId): Terminal | undefined {
    const terminal = this.#terminals.get(name);
    const isShared = this.#areSamePerson(peerId, terminal?.owner.peerId ?? peerId);
    if (terminal === undefined || terminal.hungUp) return undefined;
    return terminal.owner.peerId === peerId || isShared ? terminal : undefined;
  }

  /**
   * Lists the terminals that a peer may see, its own first; the limits let all of them fit into one listing.
   * Lists that ask no person, `own` and `watched`, contain no terminal of the peer's other devices, and none that is being ended.
   */
  knownTo(peerId: PeerId, scope: ListScope): readonly Terminal[] {
    if (this.#options.decision(peerId) === 'deny') return [];
    return this.all
      .filter(({ owner }) => owner.peerId === peerId || (scope === 'all' && this.#areSamePerson(peerId, owner.peerId)))
      .filter(({ listing, hungUp }) => scope === 'all' || (!hungUp && (scope === 'own' || listing.attached)))
      .toSorted((one, other) => Number(other.owner.peerId === peerId) - Number(one.owner.peerId === peerId));
  }

  /** Tells whether this peer may open one more terminal. */
  hasRoomFor(peerId: PeerId): boolean {
    const all = this.#terminals.size + this.#openings.size + (this.#options.commands?.size ?? 0);
    return all < this.#limits.total && this.mayHaveMore(peerId);
  }

  /** Tells whether this peer holds fewer terminals than its limit. */
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

  /** Ends the terminals of the chosen owners at once, and cancels those being opened. */
  end(code: TerminalErrorCode, chosen: (owner: TerminalDevice) => boolean): void {
    for (const opening of this.#openings) if (chosen(opening.owner)) opening.isCancelled = true;
    for (const terminal of this.#terminals.values()) if (chosen(terminal.owner)) terminal.end(code);
  }

  /** Tells whether both peers are marked as devices of the same person. */
  #areSamePerson(peerId: PeerId, owner: PeerId): boolean {
    return this.#options.isMyDevice(peerId) && this.#options.isMyDevice(owner);
  }
}
