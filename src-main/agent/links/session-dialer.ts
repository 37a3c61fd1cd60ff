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

/** Dials under way. Callers for the same peer share one; it ends when the last of them has given up. */
export class Dials {
  readonly #run: (peerId: PeerId, signal: AbortSignal) => Promise<Session>;
  readonly #dials = new Map<PeerId, Dial>();

  constructor(run: (peerId: PeerId, signal: AbortSignal) => Promise<Session>) {
    this.#run = run;
  }

  has(peerId: PeerId): boolean {
    return this.#dials.has(peerId);
  }

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

  /** Resolves pending callers with this session and aborts the dial. */
  answer(peerId: PeerId, session: Session): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    this.#stop(peerId, dial);
    for (const waiter of dial.waiters) waiter.resolve(session);
  }

  /** Rejects pending callers with this error and aborts the dial. */
  cancel(peerId: PeerId, error: unknown): void {
    const dial = this.#dials.get(peerId);
    if (dial === undefined) return;
    this.#stop(peerId, dial);
    for (const waiter of dial.waiters) waiter.reject(error);
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#dials.keys()];
  }

  /** Aborts the dial and begins a new one for the same callers. */
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

  #finish(peerId: PeerId, dial: Dial, controller: AbortController, tell: (waiter: Waiter) => void): void {
    if (this.#dials.get(peerId) !== dial || dial.controller !== controller) return;
    this.#dials.delete(peerId);
    for (const waiter of dial.waiters) tell(waiter);
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
  /** Reports whether this device is closed or paused: a session that was just dialled is destroyed then. */
  isShut(): boolean;
}>;

/**
 * The one place that gets a session to a peer: the live one from the link table, else a new one. Every session, dialled or accepted, enters the
 * table here once the other side has authenticated. `LinkManager` and `Hops` ask for sessions; nothing else dials first paths.
 */
export class SessionDialer {
  readonly #options: SessionDialerOptions;
  readonly #dials: Dials;
  /** Dials that never go through a hop: two devices could otherwise wait for each other. */
  readonly #dialsWithoutHops: Dials;

  constructor(options: SessionDialerOptions) {
    this.#options = options;
    const { route } = options;
    this.#dials = new Dials((peerId, signal) => this.#dial(peerId, route(peerId), true, signal));
    this.#dialsWithoutHops = new Dials((peerId, signal) => this.#dialWithoutHops(peerId, signal));
  }

  /**
   * Returns the live session once it has a path, or dials a new one, through hops where the route allows them.
   * @throws {LinkError} `link.cancelled`; as `Link.ready` and `TransportDialer.dialSession`
   */
  async session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    const link = this.#options.table.get(peerId, true);
    if (link === undefined) return await this.#dials.join(peerId, signal);
    return await this.#whenReady(link, signal, this.#dials);
  }

  /** Does the same for a peer that should serve as a hop: a new session is dialled over the relay or a direct path only. */
  async sessionWithHop(hop: PeerId, signal: AbortSignal): Promise<Session> {
    const link = this.#options.table.get(hop, true);
    // An idle session without a path is about to end; nothing brings its path back.
    if (link === undefined || link.isIdle) return await this.#dialsWithoutHops.join(hop, signal);
    return await this.#whenReady(link, signal, this.#dialsWithoutHops);
  }

  /**
   * Returns a session for someone who passes through this device: a live one that has a path without hops, or a new one dialled without hops.
   * @throws {LinkError} `link.no-way` when the live session has no such path now, or the route names hops
   */
  async sessionForPassThrough(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const link = this.#options.table.get(peerId, true);
    if (link === undefined || link.isIdle) return await this.#dialsWithoutHops.join(peerId, signal);
    if (!link.isUp || link.view().via !== null) throw new LinkError('link.no-way', 'there is no path without hops now');
    return link.session;
  }

  /** Takes in an accepted session whose initiator has authenticated with its first record. */
  accept(link: Link, established: Established): void {
    const { ownId, table, available, factory } = this.#options;
    const { peerId, session } = link;
    factory.learn(peerId, established.peer);
    table.add(link);
    available.open(link);
    available.tellCandidates(link);
    // The lower id's session stays; the lower side itself goes on dialling for it.
    if (ownId > peerId) this.#dials.answer(peerId, session);
  }

  /** Restarts pending dials to the peer by its new route; callers keep waiting. */
  routeChanged(peerId: PeerId): void {
    this.#dials.restart(peerId);
    this.#dialsWithoutHops.restart(peerId);
  }

  /** Rejects every pending dial to the peer with this error. */
  cancel(peerId: PeerId, error: unknown): void {
    this.#dials.cancel(peerId, error);
    this.#dialsWithoutHops.cancel(peerId, error);
  }

  /** Peers that are being dialled. */
  get peerIds(): readonly PeerId[] {
    return [...this.#dials.peerIds, ...this.#dialsWithoutHops.peerIds];
  }

  async #whenReady(link: Link, signal: AbortSignal | undefined, dials: Dials): Promise<Session> {
    try {
      await link.ready(signal);
      return link.session;
    } catch (error) {
      // The other side has lost the session; a new one is as good.
      if (errorCode(error) !== 'link.session-lost') throw error;
      return await dials.join(link.peerId, signal);
    }
  }

  async #dialWithoutHops(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const route = this.#options.route(peerId);
    // Named hops are for this device's own sessions; others do not pass through them too.
    if (route.hops.length > 0) throw new LinkError('link.no-way', 'this device goes to that peer through others');
    return await this.#dial(peerId, route, false, signal);
  }

  async #dial(peerId: PeerId, route: PeerRoute, allowHops: boolean, signal: AbortSignal): Promise<Session> {
    const made = await this.#options.dialer.dialSession(peerId, route, allowHops, signal);
    try {
      if (signal.aborted || this.#options.isShut()) throw new LinkError('link.cancelled', 'given up');
      if (!allowsPath(this.#options.route(peerId), { ...made, dialled: true }))
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
    factory.learn(peerId, established.peer);
    const link = factory.create('initiator', peerId, established);
    link.begin({ kind, channel, send, receive, dialled: true, address, hops });
    table.add(link);
    available.open(link);
    return link;
  }
}
