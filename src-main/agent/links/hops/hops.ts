import { equalJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LINK_LIMITS } from '../limits.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { HopError } from './hop-stream.ts';
import type { LinkTable } from '../link-table.ts';
import type { PeerRoute } from '../types.ts';

/** Dependencies of `HopReconnector`. */
export type HopReconnectorOptions = Readonly<{
  clock: Clock;
  /** Returns random numbers, uniform in [0, 1). */
  random: () => number;
  /** Returns the hops of earlier paths of sessions that have no other transport now. */
  wanted(): ReadonlySet<PeerId>;
  /** Reports whether a session with that peer exists; it recovers by itself. */
  isLinked(peerId: PeerId): boolean;
  /** Establishes a link with the peer over the relay or a direct path. */
  dial(peerId: PeerId, signal: AbortSignal): Promise<unknown>;
}>;

/** Monotonic times of the last dial and of the next one (ms), and the number of dials in a row. */
type DialTimes = Readonly<{ dialedAt: number; tries: number; notBefore: number }>;

/**
 * Dials lost hops again while a session needs them. The pace depends on the hop alone: neither other peers nor the hop itself, by connecting and
 * leaving, can make this device dial faster. Part of `Hops`.
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

  /** Starts due dials and cancels needless ones. Called after links, or the needs of sessions, have changed. */
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

  /** Brings redials forward, to at most one per second and hop. Called when a hop may be online again. @param peerId undefined: all hops */
  hurry(peerId?: PeerId): void {
    for (const [known, times] of this.#schedule) {
      if (peerId !== undefined && known !== peerId) continue;
      const notBefore = Math.min(times.notBefore, times.dialedAt + LINK_LIMITS.hopPause);
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
    this.#schedule.set(peerId, { dialedAt: now, tries, notBefore: now + this.#pause(tries) });
    const controller = new AbortController();
    this.#dials.set(peerId, controller);
    const ended = (): void => {
      this.#dials.delete(peerId);
      this.update();
    };
    this.#options.dial(peerId, controller.signal).then(ended, ended);
  }

  /** Returns a random pause in ms, between half and all of a ceiling that doubles with each dial. */
  #pause(tries: number): number {
    const { hopPause, hopLongestPause } = LINK_LIMITS;
    return equalJitter(tries, { first: 2 * hopPause, longest: hopLongestPause }, this.#options.random);
  }
}

/** Linked peer that may serve as a hop. */
export type HopCandidate = Readonly<{ peerId: PeerId; session: Session; address: string }>;

/** Dependencies of `Hops`. `random` returns numbers in [0, 1). */
export type HopsOptions = Readonly<{
  clock: Clock;
  random: () => number;
  table: LinkTable;
  route(peerId: PeerId): PeerRoute;
  /** Returns a session with that peer over the relay or a direct path, and dials one if needed. */
  session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
}>;

/**
 * Hops of this device's paths: finds linked ones, connects to named ones, and redials lost ones. A hop is reached over the relay or a direct path,
 * never through another hop; otherwise two devices could wait for each other. Used by `LinkManager` and its parts. In memory only.
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

  /** Returns the linked peers that may have a path to this peer. */
  to(peerId: PeerId): readonly HopCandidate[] {
    const { table } = this.#options;
    return table.peerIds.flatMap((hop) => {
      const link = table.get(hop);
      if (hop === peerId || link?.isUp !== true) return [];
      const { via, address } = link.view();
      return via === null ? [{ peerId: hop, session: link.session, address }] : [];
    });
  }

  /**
   * Returns a hop that the user named, and dials it if needed.
   * @throws {HopError} `via.chain`
   * @throws errors of `SessionDialer.sessionWithHop`
   */
  async named(peerId: PeerId, signal: AbortSignal): Promise<HopCandidate> {
    const { table, route } = this.#options;
    if (route(peerId).hops.length > 0) throw chainError();
    await this.#options.session(peerId, signal);
    const link = table.get(peerId);
    if (link === undefined) throw new LinkError('link.no-way', 'the hop is gone');
    const { via, address } = link.view();
    if (via !== null) throw chainError();
    return { peerId, session: link.session, address };
  }

  /** Updates the redials. Called after links, or the needs of sessions, have changed. */
  update(): void {
    this.#reconnector.update();
  }

  /** Brings redials forward. @param peerId undefined: of all hops */
  hurry(peerId?: PeerId): void {
    this.#reconnector.hurry(peerId);
  }

  close(): void {
    this.#reconnector.close();
  }
}

function chainError(): HopError {
  return new HopError('via.chain', 'the hop itself is to be reached through a hop');
}
