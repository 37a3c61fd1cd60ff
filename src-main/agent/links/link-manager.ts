import { errorCode } from '#shared/errors.ts';
import type { PeerView } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { pausedError } from '../pause/index.ts';
import { allowsPath } from './paths/allowed-paths.ts';
import { IncomingHandshakes } from './incoming-handshakes.ts';
import { ForbiddenTries } from './paths/forbidden-tries.ts';
import { IncomingHopSessions } from './hops/incoming-hop-sessions.ts';
import { choiceMode, LinkFactory } from './link-factory.ts';
import { LinkTable } from './link-table.ts';
import { AvailableTransports } from './available-transports.ts';
import { Hops } from './hops/hops.ts';
import { SessionDialer } from './session-dialer.ts';
import type { RouteStatus } from './hops/hop-dialer.ts';
import { TransportDialer } from './transport-dialer.ts';
import type { HopView, LinkManagerOptions, LinkView, PeerRoute } from './types.ts';

/** Time that a session has to answer after wake-up or a network change before it gets another path, ms. */
const PROBE_TIMEOUT = 2000;

const NO_ROUTE: PeerRoute = { mode: 'auto', hops: [], addresses: [] };

/**
 * Links of this device: at most one in use per peer, dialed or accepted, each kept alive over changing paths. Other modules get sessions and the
 * state of links here. Dials sessions only on request, and to restore hops that a session needs; further paths of a live session by itself. One per
 * agent, created by `Network`, which writes links and newer certificates to the audit log.
 */
export class LinkManager {
  readonly #options: LinkManagerOptions;
  readonly #table: LinkTable;
  readonly #sessions: SessionDialer;
  readonly #dialer: TransportDialer;
  readonly #hops: Hops;
  readonly #available: AvailableTransports;
  readonly #handshakes: IncomingHandshakes;
  readonly #hopSessions: IncomingHopSessions;
  readonly #factory: LinkFactory;
  readonly #forbidden: ForbiddenTries;
  #closed = false;
  #paused = false;

  constructor(options: LinkManagerOptions) {
    const { crypto, clock, identity, relay, direct, udp, hops } = options;
    this.#options = options;
    const random = options.random ?? (() => new DataView(crypto.randomBytes(4).buffer).getUint32(0) / 2 ** 32);
    this.#table = new LinkTable({
      clock,
      ownId: identity.peerId,
      onLinked: (peerId) => this.#linked(peerId),
      onUnlinked: (peerId, end, times) => {
        options.onUnlinked?.(peerId, end, times);
        this.#available.hopChanged(peerId);
      },
    });
    const route = (peerId: PeerId): PeerRoute => this.#route(peerId);
    this.#hops = new Hops({
      clock,
      random,
      table: this.#table,
      route,
      session: (peerId, signal) => this.#sessions.sessionWithHop(peerId, signal),
    });
    this.#dialer = new TransportDialer({
      ...options,
      namedHop: (peerId, signal) => this.#hops.named(peerId, signal),
      linkedHops: (peerId) => this.#hops.to(peerId),
    });
    this.#available = new AvailableTransports({
      ports: options,
      table: this.#table,
      dialer: this.#dialer,
      hops: this.#hops,
      route,
    });
    this.#factory = new LinkFactory({
      ports: options,
      random,
      table: this.#table,
      dialer: this.#dialer,
      hops: this.#hops,
      available: this.#available,
      route,
      isPaused: () => this.#paused,
    });
    this.#sessions = new SessionDialer({
      ownId: identity.peerId,
      table: this.#table,
      dialer: this.#dialer,
      available: this.#available,
      factory: this.#factory,
      route,
      isShut: () => this.#closed || this.#paused,
    });
    this.#hopSessions = new IncomingHopSessions(options);
    this.#forbidden = new ForbiddenTries(clock);
    this.#handshakes = new IncomingHandshakes({
      ...options,
      relayAddress: () => relay.address,
      allows: (peerId, path) => allowsPath(this.#route(peerId), path),
      forbidden: (peerId, kind) => this.#forbidden.add(peerId, kind),
      find: (peerId, sessionId) => this.#table.all(peerId).find(({ session }) => session.id === sessionId),
      create: (peerId, established, confirm) => this.#factory.create('responder', peerId, established, confirm),
      take: (link, established) => this.#sessions.accept(link, established),
      hopSessions: this.#hopSessions,
    });
    relay.onIncoming = (incoming) => this.#handshakes.fromRelay(incoming);
    for (const port of [direct, udp, hops])
      if (port !== undefined) port.onIncoming = (incoming) => this.#handshakes.fromPath(incoming);
  }

  /**
   * Returns the live session with a peer, or establishes one; concurrent callers share a dial. A session without a path dials at once; if that fails,
   * the caller gets the error and the session keeps waiting for a path.
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.closed`, `link.no-address`, `link.no-way`,
   * `link.peer-by-relay`, `link.peer-directly`, `link.peer-through-hop`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `direct.*`, `via.*`, `handshake.*`
   */
  async session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    this.#check();
    try {
      return await this.#sessions.session(peerId, signal);
    } catch (error) {
      throw this.#forbidden.explain(peerId, error);
    }
  }

  /**
   * Returns a session for a peer that uses this device as a hop: a live one, or one dialed over the relay or a direct path.
   * @throws {LinkError} `link.no-way` and as `session`
   */
  async sessionForPassThrough(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    this.#check();
    return await this.#sessions.sessionForPassThrough(peerId, signal);
  }

  /** Returns the live session with a peer, even if it has no path. */
  current(peerId: PeerId): Session | undefined {
    return this.#table.get(peerId)?.session;
  }

  /** Reports whether a session with the peer exists but has lost its path. */
  hasLostPath(peerId: PeerId): boolean {
    return this.#table.get(peerId)?.isUp === false;
  }

  /** Returns the session only if it has a path. `session` would return it at once. */
  usable(peerId: PeerId): Session | undefined {
    const link = this.#closed || this.#paused ? undefined : this.#table.get(peerId, true);
    return link?.isUp === true ? link.session : undefined;
  }

  /** Returns the state of the link for user interfaces; undefined without a link. */
  view(peerId: PeerId): LinkView | undefined {
    const link = this.#table.get(peerId);
    if (link === undefined || link.isIdle) return undefined;
    const view = link.view();
    const lost = view.state === 'up' ? undefined : this.#dialer.hops.lostHop(peerId);
    if (lost === undefined) return view;
    return {
      ...view,
      hops: view.hops.map((hop) => (hop.peerId === lost ? { ...hop, rtt: undefined, lost: true } : hop)),
    };
  }

  /** Returns the outcome of the last direct dial to the peer; undefined before the first. */
  lastDirectDial(peerId: PeerId): PeerView['tried'] {
    return this.#dialer.direct.lastDial(peerId);
  }

  /** Returns the status of the hops that the user named for the peer; undefined if there is none. */
  routeStatus(peerId: PeerId): RouteStatus | undefined {
    const status = this.#dialer.hops.routeStatus(peerId);
    // The other side may have brought the link up in the meantime.
    const isUp = this.#table.get(peerId)?.session.pathState === 'up';
    return isUp && status !== undefined && status.asking === null ? undefined : status;
  }

  /**
   * Measures the round trip in ms to each hop of the path in use, in order from this device; undefined for a hop that doesn't answer within `timeout`
   * ms.
   */
  async pingHops(peerId: PeerId, timeout: number): Promise<readonly HopView[]> {
    const hops = this.#table.get(peerId)?.hops ?? [];
    return await Promise.all(
      hops.map(async ({ peerId: hop, session }) => {
        const rtt = await session?.ping(timeout).catch(() => undefined);
        return { peerId: hop, rtt, lost: false };
      }),
    );
  }

  /** Peers with a live session. */
  get linkedPeers(): readonly PeerId[] {
    return this.#table.peerIds;
  }

  /** Number of sessions that have lost their path and wait for another one. */
  get waiting(): number {
    return this.#table.links.filter((link) => !link.isUp && !link.isIdle).length;
  }

  /** Number of sessions of peers that use this device as a hop. */
  get incomingHopSessions(): number {
    return this.#hopSessions.count;
  }

  /** Called when a peer's presence at the relay has changed. @param peerId undefined: of all peers */
  presenceChanged(peerId?: PeerId): void {
    for (const link of peerId === undefined ? this.#table.links : this.#table.all(peerId))
      this.#available.openRelay(link);
    this.#hops.hurry(peerId);
  }

  /** Cuts paths over the previous relay. Called after this device has switched to another one. */
  relayReplaced(): void {
    for (const link of this.#table.links) link.cut('relay', 'this device has left the relay');
  }

  /** Applies a changed route. Paths and dials that the route forbids end before this returns. */
  routeChanged(peerId: PeerId): void {
    this.#dialer.hops.forgetRefusals();
    this.#dialer.hops.forgetRoute(peerId);
    const route = this.#route(peerId);
    this.#forbidden.forget(peerId);
    this.#handshakes.routeChanged(peerId);
    this.#hopSessions.routeChanged(peerId, (path) => allowsPath(route, path));
    this.#sessions.routeChanged(peerId);
    for (const link of this.#table.all(peerId)) {
      link.routeChanged(choiceMode(route));
      this.#available.open(link);
      this.#available.announceAddresses(link);
    }
  }

  /** Called when a peer has announced itself in the local network. A live session may dial a direct path there. */
  peerFound(peerId: PeerId): void {
    for (const link of this.#table.all(peerId)) this.#available.openDirect(link, link.candidates.countAnnouncement());
  }

  /** Called when this device's own addresses have changed. */
  addressesChanged(): void {
    for (const link of this.#table.links) {
      this.#available.announceAddresses(link);
      this.#available.openUdp(link, false);
    }
  }

  /** Called when this device's reachability over UDP has changed. */
  udpChanged(): void {
    for (const link of this.#table.links) this.#available.openUdp(link, true);
  }

  /** Dials at once, for the user: for an existing session a further path, otherwise a new session. The outcome appears in the view. */
  reconnectNow(peerId: PeerId): void {
    const link = this.#table.get(peerId, true);
    if (link === undefined) {
      void this.session(peerId).catch((error: unknown) => {
        this.#options.logger.info('the peer could not be reached', { peer: peerId, errorCode: errorCode(error) });
      });
      return;
    }
    this.#dialer.hops.forgetRefusals();
    link.choice.dialNow();
    this.#hops.hurry();
    if (link.isUp) void link.session.probe(PROBE_TIMEOUT);
  }

  /** Checks the paths in use and dials better ones. Called after a change of network. */
  networkChanged(): void {
    for (const link of this.#table.links) {
      this.#available.open(link);
      link.choice.networkChanged();
      if (link.isUp) void link.session.probe(PROBE_TIMEOUT);
      this.#available.announceAddresses(link);
    }
    this.#hops.hurry();
  }

  /** Does the same as `networkChanged`, and renews the paths that survived. Called after the machine or the process slept. */
  woke(): void {
    this.networkChanged();
    for (const link of this.#table.links) link.choice.woke();
  }

  /** Ends every path and rejects dials and handshakes until `resume`. Sessions wait for a path meanwhile. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    const error = pausedError();
    this.#handshakes.setPaused(true);
    for (const peerId of this.#knownPeers()) {
      this.#sessions.cancel(peerId, error);
      this.#handshakes.drop(peerId, new LinkError('link.closed', 'this device is paused'));
      this.#hopSessions.drop(peerId);
    }
    this.#hopSessions.close();
    for (const link of this.#table.links) link.hold();
  }

  /** Allows dials and handshakes again. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#handshakes.setPaused(false);
    for (const link of this.#table.links) {
      link.release();
      this.#available.open(link);
    }
    this.#hops.hurry();
  }

  /**
   * Ends all sessions, dials and handshakes with a peer. Resolves when its sessions are closed.
   * @param code code that the peer gets
   * @param here code for what runs in the sessions on this side
   */
  async drop(peerId: PeerId, reason: string, code = 'link.closed', here = code): Promise<void> {
    const error = new LinkError('link.closed', reason);
    this.#sessions.cancel(peerId, error);
    this.#handshakes.drop(peerId, error);
    this.#hopSessions.drop(peerId);
    await Promise.all(this.#table.all(peerId).map(({ session }) => session.close(code, reason, here)));
  }

  /** Ends all links. Resolves when their sessions are closed. */
  async close(): Promise<void> {
    const { relay, direct, udp, hops } = this.#options;
    this.#closed = true;
    this.#handshakes.close();
    this.#hops.close();
    this.#hopSessions.close();
    relay.onIncoming = undefined;
    for (const port of [direct, udp, hops]) if (port !== undefined) port.onIncoming = undefined;
    await Promise.all([...this.#knownPeers()].map((peerId) => this.drop(peerId, 'the device is shutting down')));
  }

  #knownPeers(): ReadonlySet<PeerId> {
    return new Set([...this.#sessions.peerIds, ...this.#table.peerIds, ...this.#handshakes.peerIds]);
  }

  #check(): void {
    if (this.#closed) throw new LinkError('link.closed', 'this device is shutting down');
    if (this.#paused) throw pausedError();
  }

  #linked(peerId: PeerId): void {
    this.#forbidden.forget(peerId);
    this.#options.onLinked?.(peerId, this.#table.get(peerId)?.view().path ?? 'relay');
    this.#available.hopChanged(peerId);
  }

  #route(peerId: PeerId): PeerRoute {
    return this.#options.routes?.routeOf(peerId) ?? NO_ROUTE;
  }
}
