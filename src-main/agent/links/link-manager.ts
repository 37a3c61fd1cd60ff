import type { PeerView } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type Session } from '#shared/link/index.ts';
import { pausedError } from '../pause/index.ts';
import { allowsPath } from './paths/allowed-paths.ts';
import { IncomingHandshakes } from './incoming-handshakes.ts';
import { codeOf } from './errors.ts';
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

/** A session that does not answer so long after the machine woke, or the network changed, needs another path, ms. */
const PROBE_TIMEOUT = 2000;

const NO_ROUTE: PeerRoute = { mode: 'auto', via: [], addresses: [] };

/**
 * The sessions of this device: at most one in use per peer, dialled or accepted, each kept going over one path after the other. It links to
 * nobody of its own accord but to peers in between that a session needs back; a session that is there it does not let go.
 */
export class LinkManager {
  readonly #options: LinkManagerOptions;
  readonly #table: LinkTable;
  readonly #new: SessionDialer;
  readonly #maker: TransportDialer;
  readonly #middles: Hops;
  readonly #ways: AvailableTransports;
  readonly #arrivals: IncomingHandshakes;
  readonly #guests: IncomingHopSessions;
  readonly #factory: LinkFactory;
  readonly #forbidden: ForbiddenTries;
  #closed = false;
  #paused = false;

  constructor(options: LinkManagerOptions) {
    const { crypto, clock, identity, relay, direct, udp, via } = options;
    this.#options = options;
    const random = options.random ?? (() => new DataView(crypto.randomBytes(4).buffer).getUint32(0) / 2 ** 32);
    this.#table = new LinkTable({
      clock,
      ownId: identity.peerId,
      onLinked: (peerId) => this.#linked(peerId),
      onUnlinked: (peerId, end, answeredAt) => {
        options.onUnlinked?.(peerId, end, answeredAt);
        this.#ways.middleChanged(peerId);
      },
    });
    const route = (peerId: PeerId): PeerRoute => this.#route(peerId);
    this.#middles = new Hops({
      clock,
      random,
      table: this.#table,
      route,
      dial: (peerId, signal) => this.#new.reach(peerId, signal),
    });
    this.#maker = new TransportDialer({
      ...options,
      middle: (peerId, signal) => this.#middles.named(peerId, signal),
      middles: (peerId) => this.#middles.of(peerId),
    });
    this.#ways = new AvailableTransports({
      ports: options,
      table: this.#table,
      maker: this.#maker,
      middles: this.#middles,
      route,
    });
    this.#factory = new LinkFactory({
      ports: options,
      random,
      table: this.#table,
      maker: this.#maker,
      middles: this.#middles,
      ways: this.#ways,
      route,
      isPaused: () => this.#paused,
    });
    this.#new = new SessionDialer({
      ownId: identity.peerId,
      table: this.#table,
      maker: this.#maker,
      ways: this.#ways,
      factory: this.#factory,
      route,
      isShut: () => this.#closed || this.#paused,
    });
    this.#guests = new IncomingHopSessions(options);
    this.#forbidden = new ForbiddenTries(clock);
    this.#arrivals = new IncomingHandshakes({
      ...options,
      relayAddress: () => relay.address,
      allows: (peerId, path) => allowsPath(this.#route(peerId), path),
      forbidden: (peerId, kind) => this.#forbidden.add(peerId, kind),
      find: (peerId, sessionId) => this.#table.all(peerId).find(({ session }) => session.id === sessionId),
      create: (peerId, established, confirm) => this.#factory.create('responder', peerId, established, confirm),
      take: (link, established) => this.#new.take(link, established),
      guests: this.#guests,
    });
    relay.onIncoming = (incoming) => this.#arrivals.fromRelay(incoming);
    for (const port of [direct, udp, via])
      if (port !== undefined) port.onIncoming = (incoming) => this.#arrivals.fromPath(incoming);
  }

  /**
   * The live session with a peer, or a new one. Callers at the same time share one dial. A session that waits for a path gets one at once,
   * or the caller hears why not; it goes on waiting.
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.closed`, `link.no-address`, `link.no-way`,
   *   `link.peer-by-relay`, `link.peer-directly`, `link.peer-through-hop`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `direct.*`, `via.*`, `handshake.*`
   */
  async session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    this.#check();
    try {
      return await this.#session(peerId, signal);
    } catch (error) {
      throw this.#forbidden.explain(peerId, error);
    }
  }

  async #session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    const link = this.#table.get(peerId, true);
    if (link === undefined) return await this.#new.join(peerId, signal);
    try {
      await link.ready(signal);
      return link.session;
    } catch (error) {
      // The other side has lost it meanwhile: a new one is as good.
      if (codeOf(error) !== 'link.session-lost') throw error;
      return await this.#new.join(peerId, signal);
    }
  }

  /**
   * A session with a peer for somebody who passes through this device: one that is there, or made over the relay or directly.
   * @throws {LinkError} `link.no-way` and as `session`
   */
  async reach(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    this.#check();
    const link = this.#table.get(peerId, true);
    // One that has lost its path with nothing on it is not looked after: it is about to end.
    if (link === undefined || link.isIdle) return await this.#new.reach(peerId, signal);
    if (!link.isUp || link.view().via !== null) throw new LinkError('link.no-way', 'there is no way of its own now');
    return link.session;
  }

  /** The live session with a peer, if there is one. */
  current(peerId: PeerId): Session | undefined {
    return this.#table.get(peerId)?.session;
  }

  /** Tells whether there is a session with the peer that waits for a path. */
  hasLostPath(peerId: PeerId): boolean {
    return this.#table.get(peerId)?.isUp === false;
  }

  /** The same where it has a path now: what `session` would give at once. */
  usable(peerId: PeerId): Session | undefined {
    const link = this.#closed || this.#paused ? undefined : this.#table.get(peerId, true);
    return link?.isUp === true ? link.session : undefined;
  }

  view(peerId: PeerId): LinkView | undefined {
    const link = this.#table.get(peerId);
    if (link === undefined || link.isIdle) return undefined;
    const view = link.view();
    const lost = view.state === 'up' ? undefined : this.#maker.middle.lostHop(peerId);
    if (lost === undefined) return view;
    return {
      ...view,
      hops: view.hops.map((hop) => (hop.peerId === lost ? { ...hop, rtt: undefined, lost: true } : hop)),
    };
  }

  /** What came of the last try to reach that peer directly; undefined before there was one. */
  tried(peerId: PeerId): PeerView['tried'] {
    return this.#maker.direct.tried(peerId);
  }

  /** How the way through others stands that a person has named for that peer; undefined where nothing is to be told of it. */
  passage(peerId: PeerId): RouteStatus | undefined {
    const passage = this.#maker.middle.passage(peerId);
    // It may have come up from the other side meanwhile.
    const isUp = this.#table.get(peerId)?.session.pathState === 'up';
    return isUp && passage !== undefined && passage.asking === null ? undefined : passage;
  }

  /**
   * How long the answer of each peer in between takes, in order from here, over the path in use; undefined where it is not known, or did not
   * come within `timeout` ms.
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

  get linkedPeers(): readonly PeerId[] {
    return this.#table.peerIds;
  }

  /** Sessions that have lost their path and wait for another. */
  get waiting(): number {
    return this.#table.links.filter((link) => !link.isUp && !link.isIdle).length;
  }

  /** Sessions of peers that came through others and are led on from here. */
  get leading(): number {
    return this.#guests.count;
  }

  /** Who is there at the relay has changed; without a peer, perhaps of all. */
  presenceChanged(peerId?: PeerId): void {
    for (const link of peerId === undefined ? this.#table.links : this.#table.all(peerId)) this.#ways.openRelay(link);
    this.#middles.hurry(peerId);
  }

  /** Another relay is used from now on: what runs over the one before ends there, and finds another way. */
  relayReplaced(): void {
    for (const link of this.#table.links) link.cut('relay', 'this device has left the relay');
  }

  /** The person's choice for that peer has changed: what it forbids ends at once, in use or being made. */
  routeChanged(peerId: PeerId): void {
    this.#maker.middle.forgetRefusals();
    this.#maker.middle.forgetPassage(peerId);
    const route = this.#route(peerId);
    this.#forbidden.forget(peerId);
    this.#arrivals.routeChanged(peerId);
    this.#guests.routeChanged(peerId, (path) => allowsPath(route, path));
    this.#new.routeChanged(peerId);
    for (const link of this.#table.all(peerId)) {
      link.routeChanged(choiceMode(route));
      this.#ways.open(link);
      this.#ways.tellCandidates(link);
    }
  }

  /** A peer has announced itself in the local network: reason to try a direct path, as its own word of its addresses is. */
  found(peerId: PeerId): void {
    for (const link of this.#table.all(peerId)) this.#ways.openDirect(link, link.candidates.takeNews());
  }

  /** Where this device can be dialled has changed. */
  addressesChanged(): void {
    for (const link of this.#table.links) {
      this.#ways.tellCandidates(link);
      this.#ways.openUdp(link, false);
    }
  }

  /** There is something new to know of this device's way out: its relay, or what that tells it. */
  udpChanged(): void {
    for (const link of this.#table.links) this.#ways.openUdp(link, true);
  }

  /** A person does not want to wait for the next try; without a session, one is made. What comes of it is in the view. */
  reconnectNow(peerId: PeerId): void {
    const link = this.#table.get(peerId, true);
    if (link === undefined) {
      void this.session(peerId).catch((error: unknown) => {
        this.#options.logger.info('the peer could not be reached', { peer: peerId, errorCode: codeOf(error) });
      });
      return;
    }
    this.#maker.middle.forgetRefusals();
    link.choice.now();
    this.#middles.hurry();
    if (link.isUp) void link.session.probe(PROBE_TIMEOUT);
  }

  /** The machine is in another network, or woke: paths that only look alive are found out, better ones are looked for. */
  networkChanged(): void {
    for (const link of this.#table.links) {
      this.#ways.open(link);
      link.choice.networkChanged();
      if (link.isUp) void link.session.probe(PROBE_TIMEOUT);
      this.#ways.tellCandidates(link);
    }
    this.#middles.hurry();
  }

  /** The machine slept, or this process stood still: as in another network, and what is still in use after it gets a new handshake. */
  woke(): void {
    this.networkChanged();
    for (const link of this.#table.links) link.choice.woke();
  }

  /** A person wants no connection: every path ends, nobody is dialled or let in, sessions wait as for a lost path. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    const error = pausedError();
    this.#arrivals.setPaused(true);
    for (const peerId of this.#knownPeers()) {
      this.#new.cancel(peerId, error);
      this.#arrivals.drop(peerId, new LinkError('link.closed', 'this device is paused'));
      this.#guests.drop(peerId);
    }
    this.#guests.close();
    for (const link of this.#table.links) link.hold();
  }

  /** Connections are wanted again. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#arrivals.setPaused(false);
    for (const link of this.#table.links) {
      link.release();
      this.#ways.open(link);
    }
    this.#middles.hurry();
  }

  /** Ends everything with a peer: it was forgotten, or a person wants it. Resolves when its sessions are closed. */
  async drop(peerId: PeerId, reason: string): Promise<void> {
    const error = new LinkError('link.closed', reason);
    this.#new.cancel(peerId, error);
    this.#arrivals.drop(peerId, error);
    this.#guests.drop(peerId);
    await Promise.all(this.#table.all(peerId).map(({ session }) => session.close('link.closed', reason)));
  }

  async close(): Promise<void> {
    const { relay, direct, udp, via } = this.#options;
    this.#closed = true;
    this.#arrivals.close();
    this.#middles.close();
    this.#guests.close();
    relay.onIncoming = undefined;
    for (const port of [direct, udp, via]) if (port !== undefined) port.onIncoming = undefined;
    await Promise.all([...this.#knownPeers()].map((peerId) => this.drop(peerId, 'the device is shutting down')));
  }

  #knownPeers(): ReadonlySet<PeerId> {
    return new Set([...this.#new.peerIds, ...this.#table.peerIds, ...this.#arrivals.peerIds]);
  }

  #check(): void {
    if (this.#closed) throw new LinkError('link.closed', 'this device is shutting down');
    if (this.#paused) throw pausedError();
  }

  #linked(peerId: PeerId): void {
    this.#forbidden.forget(peerId);
    this.#options.onLinked?.(peerId, this.#table.get(peerId)?.view().path ?? 'relay');
    this.#ways.middleChanged(peerId);
  }

  #route(peerId: PeerId): PeerRoute {
    return this.#options.routes?.of(peerId) ?? NO_ROUTE;
  }
}
