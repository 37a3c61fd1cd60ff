import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session, SessionEnd } from '#shared/link/index.ts';
import type { Link } from './link.ts';

export type LinkTableOptions = Readonly<{
  clock: Clock;
  ownId: PeerId;
  onLinked(peerId: PeerId): void;
  onUnlinked(peerId: PeerId, end: SessionEnd, answeredAt: number | undefined): void;
}>;

/** Two sessions made within this time, one from each side, are two sides that dialled at once. */
const CROSSING_WINDOW = 10_000;
const IDLE_LIMIT = 10 * 60_000;
const SWEEP_INTERVAL = 2000;
/** A session that a newer one has displaced must prove that it lives, or go. */
const PROBE_TIMEOUT = 5000;
/** Sessions of one peer: streams keep alive those that are not in use any more, and a peer could open them without end. */
const MOST_PER_PEER = 8;

type Entry = { readonly link: Link; readonly createdAt: number; lastUse: number };
/** The session in use first; behind it those that live only until their streams are done. */
type Peer = { entries: Entry[] };

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

  /** The link in use. `use` counts as activity. */
  get(peerId: PeerId, use = false): Link | undefined {
    const entry = this.#peers.get(peerId)?.entries[0];
    if (entry !== undefined && use) entry.lastUse = this.#options.clock.monotonic();
    return entry?.link;
  }

  add(link: Link): void {
    const { peerId } = link;
    const now = this.#options.clock.monotonic();
    const entry: Entry = { link, createdAt: now, lastUse: now };
    const peer = this.#peers.get(peerId) ?? { entries: [] };
    const [current] = peer.entries;
    if (current === undefined || this.#displaces(peerId, entry, current)) {
      peer.entries.unshift(entry);
      current?.link.choice.setPrimary(false);
      if (current !== undefined) probe(current.link.session);
    } else {
      peer.entries.push(entry);
      link.choice.setPrimary(false);
    }
    this.#peers.set(peerId, peer);
    for (const extra of peer.entries.slice(MOST_PER_PEER)) {
      void extra.link.session.close('link.replaced', 'too many sessions');
    }
    void link.session.closed.then((end) => this.#remove(peerId, entry, end));
    this.#timer ??= this.#options.clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
    if (current === undefined) this.#options.onLinked(peerId);
  }

  /** Every link with that peer: the one in use first. */
  all(peerId: PeerId): readonly Link[] {
    return this.#peers.get(peerId)?.entries.map(({ link }) => link) ?? [];
  }

  /** Every link with anybody. */
  get links(): readonly Link[] {
    return [...this.#peers.keys()].flatMap((peerId) => this.all(peerId));
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#peers.keys()];
  }

  #displaces(peerId: PeerId, fresh: Entry, current: Entry): boolean {
    const crossed =
      fresh.link.session.role !== current.link.session.role && fresh.createdAt - current.createdAt < CROSSING_WINDOW;
    if (!crossed) return true;
    const initiator = fresh.link.session.role === 'initiator' ? this.#options.ownId : peerId;
    const other = fresh.link.session.role === 'initiator' ? peerId : this.#options.ownId;
    return initiator < other;
  }

  #remove(peerId: PeerId, entry: Entry, end: SessionEnd): void {
    const peer = this.#peers.get(peerId);
    if (peer === undefined) return;
    peer.entries = peer.entries.filter((other) => other !== entry);
    const [next] = peer.entries;
    if (next !== undefined) {
      next.link.choice.setPrimary(true);
      return;
    }
    this.#peers.delete(peerId);
    if (this.#peers.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    this.#options.onUnlinked(peerId, end, entry.link.answeredAt);
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic();
    for (const { entries } of this.#peers.values()) {
      for (const [index, entry] of entries.entries()) {
        const { session } = entry.link;
        if (session.statistics().streamsOpen > 0) entry.lastUse = now;
        entry.link.noticeUse();
        const allowed = index === 0 ? IDLE_LIMIT : SWEEP_INTERVAL;
        if (now - entry.lastUse < allowed) continue;
        if (index === 0) void session.close('link.idle', 'nothing used the link');
        else void session.close('link.replaced', 'another session is in use');
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
