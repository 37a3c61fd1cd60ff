import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session, SessionEnd } from '#shared/link/index.ts';
import type { Link } from './link.ts';
import type { SessionTimes } from './types.ts';

/** Dependencies and callbacks of `LinkTable`. */
export type LinkTableOptions = Readonly<{
  clock: Clock;
  ownId: PeerId;
  onLinked(peerId: PeerId): void;
  onUnlinked(peerId: PeerId, end: SessionEnd, times: SessionTimes): void;
}>;

/** Time within which two sessions, one from each side, count as crossing dials, ms. */
const CROSSING_WINDOW = 10_000;
const IDLE_LIMIT = 10 * 60_000;
const SWEEP_INTERVAL = 2000;
/** Time that a replaced session has to answer before it is closed, ms. */
const PROBE_TIMEOUT = 5000;
/** Most sessions per peer. A replaced session lives while it has streams, so a peer could otherwise accumulate sessions. */
const MOST_PER_PEER = 8;

type Entry = { readonly link: Link; readonly createdAt: number; lastUse: number };
/** Links of one peer: first the one in use, then those that live only until their streams end. */
type Peer = { entries: Entry[] };

/**
 * Live links of all peers, one in use per peer. After crossing dials both sides keep the session whose initiator has the lower peer ID. Otherwise the
 * newest session wins, since the other side dials only after it has lost the former one. Closes idle links. In memory only. Filled by
 * `SessionDialer`.
 */
export class LinkTable {
  readonly #options: LinkTableOptions;
  readonly #peers = new Map<PeerId, Peer>();
  #timer: Timer | undefined;

  constructor(options: LinkTableOptions) {
    this.#options = options;
  }

  /** Returns the link in use. @param use true if this counts as activity */
  get(peerId: PeerId, use = false): Link | undefined {
    const entry = this.#peers.get(peerId)?.entries[0];
    if (entry !== undefined && use) entry.lastUse = this.#options.clock.monotonic();
    return entry?.link;
  }

  /** Adds the link of a new session, and decides whether the peer uses this link from now on. */
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

  /** Returns all links with that peer, the one in use first. */
  all(peerId: PeerId): readonly Link[] {
    return this.#peers.get(peerId)?.entries.map(({ link }) => link) ?? [];
  }

  /** All links of all peers. */
  get links(): readonly Link[] {
    return [...this.#peers.keys()].flatMap((peerId) => this.all(peerId));
  }

  /** Peers with a link. */
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
    this.#options.onUnlinked(peerId, end, { answeredAt: entry.link.answeredAt, began: entry.createdAt });
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

/**
 * Pings a replaced session and closes it if there is no answer: the other side may have lost the session, and its streams should not wait for the
 * keep-alive.
 */
function probe(session: Session): void {
  session.ping(PROBE_TIMEOUT).catch(() => session.close('link.replaced', 'another session is in use'));
}
