import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LINK_LIMITS } from '../limits.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { HopError } from './hop-stream.ts';
import type { LinkTable } from '../link-table.ts';
import type { PeerRoute } from '../types.ts';

export type HopReconnectorOptions = Readonly<{
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Peers that have passed on a session which has no other way now. */
  wanted(): ReadonlySet<PeerId>;
  /** Whether there is a session with that peer that looks after itself. */
  isLinked(peerId: PeerId): boolean;
  /** Links with it, over the relay or directly. */
  dial(peerId: PeerId, signal: AbortSignal): Promise<unknown>;
}>;

/** When a peer was dialled the last time, and how often in a row; monotonic. */
type DialTimes = Readonly<{ dialledAt: number; tries: number; notBefore: number }>;

/**
 * Links again with peers in between that were lost (ended, restarted), while a session needs them. How often is a matter of the peer in
 * between alone: neither other peers, nor that peer by linking and leaving, can have it dialled faster.
 */
export class HopReconnector {
  readonly #options: HopReconnectorOptions;
  readonly #dials = new Map<PeerId, AbortController>();
  readonly #schedule = new Map<PeerId, DialTimes>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: HopReconnectorOptions) {
    this.#options = options;
  }

  /** Links, or what sessions need, may have changed. */
  update(): void {
    if (this.#closed) return;
    const { clock, wanted, isLinked } = this.#options;
    const now = clock.monotonic();
    const peers = wanted();
    for (const [peerId, dial] of this.#dials) if (!peers.has(peerId)) dial.abort();
    for (const [peerId, { notBefore }] of this.#schedule)
      if (notBefore + LINK_LIMITS.hopForgotten <= now && !this.#dials.has(peerId)) this.#schedule.delete(peerId);
    let next = Infinity;
    for (const peerId of peers) {
      if (this.#dials.has(peerId) || isLinked(peerId)) continue;
      const notBefore = this.#schedule.get(peerId)?.notBefore ?? now;
      if (notBefore <= now) this.#dial(peerId, now);
      else next = Math.min(next, notBefore);
    }
    this.#timer?.cancel();
    this.#timer = Number.isFinite(next) ? clock.setTimer(next - now, () => this.update()) : undefined;
  }

  /** A peer may be there again, or all of them: not more often than once in a second. */
  hurry(peerId?: PeerId): void {
    for (const [known, times] of this.#schedule) {
      if (peerId !== undefined && known !== peerId) continue;
      const notBefore = Math.min(times.notBefore, times.dialledAt + LINK_LIMITS.hopPause);
      this.#schedule.set(known, { ...times, notBefore });
    }
    this.update();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const dial of this.#dials.values()) dial.abort();
  }

  #dial(peerId: PeerId, now: number): void {
    const tries = (this.#schedule.get(peerId)?.tries ?? 0) + 1;
    this.#schedule.set(peerId, { dialledAt: now, tries, notBefore: now + this.#pause(tries) });
    const controller = new AbortController();
    this.#dials.set(peerId, controller);
    const ended = (): void => {
      this.#dials.delete(peerId);
      this.update();
    };
    this.#options.dial(peerId, controller.signal).then(ended, ended);
  }

  /** From half of a ceiling that doubles to all of it. */
  #pause(tries: number): number {
    const { hopPause: middlePause, hopLongestPause: middleLongestPause } = LINK_LIMITS;
    const ceiling = Math.min(middleLongestPause, middlePause * 2 ** Math.min(tries, 16));
    return Math.round(ceiling * (0.5 + this.#options.random() / 2));
  }
}

/** A peer that may pass us on. */
export type HopCandidate = Readonly<{ peerId: PeerId; session: Session; address: string }>;

export type HopsOptions = Readonly<{
  clock: Clock;
  random: () => number;
  table: LinkTable;
  route(peerId: PeerId): PeerRoute;
  /** Returns a session with that peer over the relay or a direct path; dials where needed. */
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
}>;

/**
 * Peers in between. Each is reached over the relay or directly, never through another one in between: two devices could ask each other in
 * turns, and a way has three devices.
 */
export class Hops {
  readonly #options: HopsOptions;
  readonly #reconnector: HopReconnector;

  constructor(options: HopsOptions) {
    const { clock, random, table } = options;
    this.#options = options;
    this.#reconnector = new HopReconnector({
      clock,
      random,
      wanted: () => new Set(table.links.flatMap((link) => (link.choice.wantsHop ? link.recentHops : []))),
      isLinked: (peerId) => table.get(peerId)?.isIdle === false,
      dial: (peerId, signal) => options.session(peerId, signal),
    });
  }

  /** Those that are linked and might reach this peer. */
  to(peerId: PeerId): readonly HopCandidate[] {
    const { table } = this.#options;
    return table.peerIds.flatMap((hop) => {
      const link = table.get(hop);
      if (hop === peerId || link?.isUp !== true) return [];
      const { via, address } = link.view();
      return via === null ? [{ peerId: hop, session: link.session, address }] : [];
    });
  }

  /** The one that a person has named, linked if need be. @throws {HopError} `via.chain` @throws as `LinkManager.reach` */
  async named(peerId: PeerId, signal: AbortSignal): Promise<HopCandidate> {
    const { table, route } = this.#options;
    if (route(peerId).hops.length > 0) throw chainError();
    await this.#options.session(peerId, signal);
    const link = table.get(peerId);
    if (link === undefined) throw new LinkError('link.no-way', 'the peer in between is gone');
    const { via, address } = link.view();
    if (via !== null) throw chainError();
    return { peerId, session: link.session, address };
  }

  /** Links, or what sessions need, may have changed. */
  update(): void {
    this.#reconnector.update();
  }

  /** A peer may be there again, or all of them. */
  hurry(peerId?: PeerId): void {
    this.#reconnector.hurry(peerId);
  }

  close(): void {
    this.#reconnector.close();
  }
}

function chainError(): HopError {
  return new HopError('via.chain', 'the peer in between is to be reached through another one itself');
}
