import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session, SessionEnd } from '#shared/link/index.ts';

export type LinkTableOptions = Readonly<{
  clock: Clock;
  ownId: PeerId;
  onLinked(peerId: PeerId): void;
  onUnlinked(peerId: PeerId, end: SessionEnd): void;
}>;

/** Two sessions made within this time, one from each side, are two sides that dialled at once. */
const CROSSING_WINDOW = 10_000;
const IDLE_LIMIT = 10 * 60_000;
const SWEEP_INTERVAL = 2000;
/** A session that a newer one has displaced must prove that it lives, or go. */
const PROBE_TIMEOUT = 5000;
/** Sessions of one peer: streams keep alive those that are not in use any more, and a peer could open them without end. */
const MOST_PER_PEER = 8;

type Link = { readonly session: Session; readonly createdAt: number; lastUse: number };
/** The session in use first; behind it those that live only until their streams are done. */
type Peer = { links: Link[] };

/**
 * The live sessions, one in use per peer. Where both sides dialled at once, the session of the lower peer id as initiator stays, on both
 * sides; otherwise the newest one does, since the other side dials only when it has lost the former.
 */
export class LinkTable {
  readonly #options: LinkTableOptions;
  readonly #peers = new Map<PeerId, Peer>();
  #timer: Timer | undefined;

  constructor(options: LinkTableOptions) {
    this.#options = options;
  }

  /** The session in use. `use` counts as activity. */
  get(peerId: PeerId, use = false): Session | undefined {
    const link = this.#peers.get(peerId)?.links[0];
    if (link !== undefined && use) link.lastUse = this.#options.clock.monotonic();
    return link?.session;
  }

  add(peerId: PeerId, session: Session): void {
    const now = this.#options.clock.monotonic();
    const link: Link = { session, createdAt: now, lastUse: now };
    const peer = this.#peers.get(peerId) ?? { links: [] };
    const [current] = peer.links;
    if (current === undefined || this.#displaces(peerId, link, current)) {
      peer.links.unshift(link);
      if (current !== undefined) probe(current.session);
    } else {
      peer.links.push(link);
    }
    this.#peers.set(peerId, peer);
    for (const extra of peer.links.slice(MOST_PER_PEER)) void extra.session.close('link.replaced', 'too many sessions');
    void session.closed.then((end) => this.#remove(peerId, link, end));
    this.#timer ??= this.#options.clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
    if (current === undefined) this.#options.onLinked(peerId);
  }

  /** Every live session with that peer. */
  all(peerId: PeerId): readonly Session[] {
    return this.#peers.get(peerId)?.links.map((link) => link.session) ?? [];
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#peers.keys()];
  }

  #displaces(peerId: PeerId, fresh: Link, current: Link): boolean {
    const crossed =
      fresh.session.role !== current.session.role && fresh.createdAt - current.createdAt < CROSSING_WINDOW;
    if (!crossed) return true;
    const initiator = fresh.session.role === 'initiator' ? this.#options.ownId : peerId;
    const other = fresh.session.role === 'initiator' ? peerId : this.#options.ownId;
    return initiator < other;
  }

  #remove(peerId: PeerId, link: Link, end: SessionEnd): void {
    const peer = this.#peers.get(peerId);
    if (peer === undefined) return;
    peer.links = peer.links.filter((other) => other !== link);
    if (peer.links.length > 0) return;
    this.#peers.delete(peerId);
    if (this.#peers.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    this.#options.onUnlinked(peerId, end);
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    for (const { links } of this.#peers.values()) {
      for (const [index, link] of links.entries()) {
        if (link.session.statistics().streamsOpen > 0) link.lastUse = now;
        const allowed = index === 0 ? IDLE_LIMIT : SWEEP_INTERVAL;
        if (now - link.lastUse < allowed) continue;
        if (index === 0) void link.session.close('link.idle', 'nothing used the link');
        else void link.session.close('link.replaced', 'another session is in use');
      }
    }
    this.#timer =
      this.#peers.size === 0 ? undefined : this.#options.clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
  }
}

/** The other side may have lost it without our knowing: its streams must not wait for the keep-alive to find out. */
function probe(session: Session): void {
  session.ping(PROBE_TIMEOUT).catch(() => session.close('link.replaced', 'another session is in use'));
}
