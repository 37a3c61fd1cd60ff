import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import type { Established } from '#shared/handshake/index.ts';
import { errorCode } from '#shared/errors.ts';
import { allowsPath } from './paths/allowed-paths.ts';
import type { Link } from './link.ts';
import type { LinkFactory } from './link-factory.ts';
import type { LinkTable } from './link-table.ts';
import type { AvailableTransports } from './available-transports.ts';
import type { TransportDialer } from './transport-dialer.ts';
import type { CompletedHandshake, PeerRoute } from './types.ts';

type Waiter = Readonly<{ resolve(session: Session): void; reject(error: unknown): void }>;
type Dial = { controller: AbortController; readonly waiters: Set<Waiter> };

/** Running dials of new sessions. Callers for the same peer share one dial, which is aborted when the last of them gives up. */
export class Dials {
  readonly #run: (peerId: PeerId, signal: AbortSignal) => Promise<Session>;
  readonly #dials = new Map<PeerId, Dial>();

  constructor(run: (peerId: PeerId, signal: AbortSignal) => Promise<Session>) {
    this.#run = run;
  }

  /** Reports whether a dial to the peer runs. */
  has(peerId: PeerId): boolean {
    return this.#dials.has(peerId);
  }

  /** Waits for the peer's dial, and starts one if none runs. @throws {LinkError} `link.cancelled` if the signal aborts */
  join(peerId: PeerId, signal: AbortSignal | undefined): Promise<Session> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const dial = this.#dials.get(peerId) ?? this.#start(peerId);
      const leave = (): void => signal?.removeEventListener('abort', onAbort);
      const onAbort = (): void => {
        dial.waiters.delete(waiter);
        reject(cancelled());
        if (dial.waiters.size === 0) this.#stop(peerId, dial);
      };
      const waiter: Waiter = {
        resolve(session) {
          leave();
          resolve(session);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      dial.waiters.add(waiter);
    });
  }

  /** Resolves the waiting callers with this session and aborts the dial. */
  answer(peerId: PeerId, session: Session): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    this.#stop(peerId, dial);
    for (const waiter of dial.waiters) waiter.resolve(session);
  }

  /** Rejects the waiting callers with this error and aborts the dial. */
  cancel(peerId: PeerId, error: unknown): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    this.#stop(peerId, dial);
    for (const waiter of dial.waiters) waiter.reject(error);
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#dials.keys()];
  }

  /** Aborts the dial and starts a new one for the same callers. */
  restart(peerId: PeerId): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    dial.controller.abort();
    dial.controller = new AbortController();
    this.#begin(peerId, dial);
  }

  #start(peerId: PeerId): Dial {
    const dial: Dial = { controller: new AbortController(), waiters: new Set() };
    this.#dials.set(peerId, dial);
    this.#begin(peerId, dial);
    return dial;
  }

  #begin(peerId: PeerId, dial: Dial): void {
    const { controller } = dial;
    this.#run(peerId, controller.signal).then(
      (session) => this.#finish(peerId, dial, controller, (waiter) => waiter.resolve(session)),
      (error: unknown) => this.#finish(peerId, dial, controller, (waiter) => waiter.reject(error)),
    );
  }

  #finish(peerId: PeerId, dial: Dial, controller: AbortController, settle: (waiter: Waiter) => void): void {
    if (this.#dials.get(peerId) !== dial || dial.controller !== controller) return;
    this.#dials.delete(peerId);
    for (const waiter of dial.waiters) settle(waiter);
  }

  #stop(peerId: PeerId, dial: Dial): void {
    if (this.#dials.get(peerId) === dial) this.#dials.delete(peerId);
    dial.controller.abort();
  }
}

function cancelled(): LinkError {
  return new LinkError('link.cancelled', 'given up');
}

export type SessionDialerOptions = Readonly<{
  ownId: PeerId;
  table: LinkTable;
  dialer: TransportDialer;
  available: AvailableTransports;
  factory: LinkFactory;
  route(peerId: PeerId): PeerRoute;
  /** Reports whether this device is closed or paused. A session dialed meanwhile is discarded. */
  isShut(): boolean;
}>;

/**
 * Gets the session with a peer: the live one from the link table, otherwise a new one. Every session, dialed or accepted, is added to the table here
 * once the other side has authenticated; a newer certificate of the peer is then pinned (`LinkFactory.pinNewer`: peer book and audit log). Used by
 * `LinkManager` and `Hops`; nothing else dials the first path of a session.
 */
export class SessionDialer {
  readonly #options: SessionDialerOptions;
  readonly #dials: Dials;
  /** Dials that never use hops, since two devices could otherwise wait for each other. */
  readonly #dialsWithoutHops: Dials;

  constructor(options: SessionDialerOptions) {
    this.#options = options;
    const { route } = options;
    this.#dials = new Dials((peerId, signal) => this.#dial(peerId, route(peerId), true, signal));
    this.#dialsWithoutHops = new Dials((peerId, signal) => this.#dialWithoutHops(peerId, signal));
  }

  /**
   * Returns the live session once it has a path, or dials a new one, through hops if the route allows them.
   * @throws {LinkError} `link.cancelled`
   * @throws errors of `Link.ready` and `TransportDialer.dialSession`
   */
  async session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    const link = this.#options.table.get(peerId, true);
    if (link === undefined) return await this.#dials.join(peerId, signal);
    return await this.#whenReady(link, signal, this.#dials);
  }

  /** Returns a session with a peer that should serve as a hop. A new one is dialed over the relay or a direct path only. */
  async sessionWithHop(hop: PeerId, signal: AbortSignal): Promise<Session> {
    const link = this.#options.table.get(hop, true);
    // An idle session without a path is about to be closed and gets no new path.
    if (link === undefined || link.isIdle) return await this.#dialsWithoutHops.join(hop, signal);
    return await this.#whenReady(link, signal, this.#dialsWithoutHops);
  }

  /**
   * Returns a session for a peer that uses this device as a hop: a live one whose path has no hops, or a new one dialed without hops.
   * @throws {LinkError} `link.no-way` if the live session has no such path now, or the route names hops
   */
  async sessionForPassThrough(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const link = this.#options.table.get(peerId, true);
    if (link === undefined || link.isIdle) return await this.#dialsWithoutHops.join(peerId, signal);
    if (!link.isUp || link.view().via !== null) throw new LinkError('link.no-way', 'there is no path without hops now');
    return link.session;
  }

  /**
   * Adds an accepted session, pins a newer certificate of its peer and announces this device's addresses to it. After crossing dials, callers who
   * wait for the peer get this session if the peer has the lower ID. Called once the initiator has authenticated with its first record.
   */
  accept(link: Link, established: Established): void {
    const { ownId, table, available, factory } = this.#options;
    const { peerId, session } = link;
    factory.pinNewer(peerId, established.peer);
    table.add(link);
    available.open(link);
    available.announceAddresses(link);
    // After crossing dials both sides keep the session that the lower ID dialed.
    if (ownId > peerId) this.#dials.answer(peerId, session);
  }

  /** Restarts running dials to the peer by its new route. Callers keep waiting. */
  routeChanged(peerId: PeerId): void {
    this.#dials.restart(peerId);
    this.#dialsWithoutHops.restart(peerId);
  }

  /** Rejects the callers of every running dial to the peer. */
  cancel(peerId: PeerId, error: unknown): void {
    this.#dials.cancel(peerId, error);
    this.#dialsWithoutHops.cancel(peerId, error);
  }

  /** Peers that are being dialed. */
  get peerIds(): readonly PeerId[] {
    return [...this.#dials.peerIds, ...this.#dialsWithoutHops.peerIds];
  }

  async #whenReady(link: Link, signal: AbortSignal | undefined, dials: Dials): Promise<Session> {
    try {
      await link.ready(signal);
      return link.session;
    } catch (error) {
      // The other side has lost the session, so a new one is dialed.
      if (errorCode(error) !== 'link.session-lost') throw error;
      return await dials.join(link.peerId, signal);
    }
  }

  async #dialWithoutHops(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const route = this.#options.route(peerId);
    // Named hops are for this device's own sessions, not for those of peers that use it as a hop.
    if (route.hops.length > 0) throw new LinkError('link.no-way', 'this device reaches that peer through hops');
    return await this.#dial(peerId, route, false, signal);
  }

  async #dial(peerId: PeerId, route: PeerRoute, allowHops: boolean, signal: AbortSignal): Promise<Session> {
    const made = await this.#options.dialer.dialSession(peerId, route, allowHops, signal);
    try {
      if (signal.aborted || this.#options.isShut()) throw new LinkError('link.cancelled', 'given up');
      if (!allowsPath(this.#options.route(peerId), { ...made, dialed: true }))
        throw new LinkError('link.mode', 'the choice for this peer does not allow this path any more');
      return this.#begin(peerId, made).session;
    } catch (error) {
      made.channel.destroy();
      throw error;
    }
  }

  #begin(peerId: PeerId, { kind, established, channel, address, hops }: CompletedHandshake): Link {
    const { table, available, factory } = this.#options;
    const { send, receive } = established;
    factory.pinNewer(peerId, established.peer);
    const link = factory.create('initiator', peerId, established);
    link.begin({ kind, channel, send, receive, dialed: true, address, hops });
    table.add(link);
    available.open(link);
    return link;
  }
}
