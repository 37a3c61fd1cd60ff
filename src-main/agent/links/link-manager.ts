import { fromHex, toHex } from '#shared/bytes/index.ts';
import { sessionSecretOf, type Established } from '#shared/handshake/index.ts';
import type { DeviceCertificate, PeerId } from '#shared/identity/index.ts';
import { createSession, LinkError, type PathEvent, type Session, type SessionRole } from '#shared/link/index.ts';
import { Arrivals } from './arrivals.ts';
import { Dials } from './dials.ts';
import { codeOf } from './errors.ts';
import { HopGuests } from './hop-guests.ts';
import { Link, type MadePath } from './link.ts';
import { LinkTable } from './link-table.ts';
import { LinkWays } from './link-ways.ts';
import { Middles } from './middles.ts';
import type { ChoiceMode, DialKind } from './path-kinds.ts';
import type { PassageView } from './passages.ts';
import { PathMaker, type Made } from './path-maker.ts';
import { allowsKind, type HopView, type LinkManagerOptions, type LinkView, type PeerRoute } from './types.ts';

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
  readonly #dials: Dials;
  /** For others that pass through this device: never by way of a third one, or two could ask each other in turns. */
  readonly #reaches: Dials;
  readonly #maker: PathMaker;
  readonly #middles: Middles;
  readonly #ways: LinkWays;
  readonly #arrivals: Arrivals;
  readonly #guests: HopGuests;
  readonly #random: () => number;
  #closed = false;

  constructor(options: LinkManagerOptions) {
    const { crypto, clock, identity, relay, direct, via } = options;
    this.#options = options;
    this.#random = options.random ?? (() => new DataView(crypto.randomBytes(4).buffer).getUint32(0) / 2 ** 32);
    this.#table = new LinkTable({
      clock,
      ownId: identity.peerId,
      onLinked: (peerId) => this.#linked(peerId),
      onUnlinked: (peerId, end) => {
        options.onUnlinked?.(peerId, end);
        this.#ways.middleChanged(peerId);
      },
    });
    this.#dials = new Dials((peerId, signal) => this.#dial(peerId, this.#route(peerId), true, signal));
    this.#reaches = new Dials((peerId, signal) =>
      this.#dial(peerId, { ...this.#route(peerId), via: [] }, false, signal),
    );
    const route = (peerId: PeerId): PeerRoute => this.#route(peerId);
    this.#middles = new Middles({
      clock,
      random: this.#random,
      table: this.#table,
      route,
      dial: (peerId, signal) => this.#reaches.join(peerId, signal),
    });
    this.#maker = new PathMaker({
      ...options,
      middle: (peerId, signal) => this.#middles.named(peerId, signal),
      middles: (peerId) => this.#middles.of(peerId),
    });
    this.#ways = new LinkWays({
      ports: options,
      table: this.#table,
      maker: this.#maker,
      middles: this.#middles,
      route,
    });
    this.#guests = new HopGuests(options);
    this.#arrivals = new Arrivals({
      ...options,
      relayAddress: () => relay.address,
      allows: (peerId, kind) => allowsKind(this.#route(peerId), kind),
      find: (peerId, sessionId) => this.#table.all(peerId).find(({ session }) => session.id === sessionId),
      create: (peerId, established, confirm) => this.#create('responder', peerId, established, confirm),
      take: (link, established) => this.#take(link, established),
      guests: this.#guests,
    });
    relay.onIncoming = (incoming) => this.#arrivals.fromRelay(incoming);
    if (direct !== undefined) direct.onIncoming = (incoming) => this.#arrivals.fromPath(incoming);
    if (via !== undefined) via.onIncoming = (incoming) => this.#arrivals.fromPath(incoming);
  }

  /**
   * The live session with a peer, or a new one. Callers at the same time share one dial. A session that waits for a path gets one at once,
   * or the caller hears why not; it goes on waiting.
   * @throws {LinkError} `link.unknown-peer`, `link.key-changed`, `link.cancelled`, `link.closed`, `link.no-address`, `link.no-way`
   * @throws {ClawReachError} `relay.refused.<reason>`, `relay.not-connected`, `relay.no-answer`, `direct.*`, `via.*`, `handshake.*`
   */
  async session(peerId: PeerId, signal?: AbortSignal): Promise<Session> {
    if (this.#closed) throw new LinkError('link.closed', 'this device is shutting down');
    const link = this.#table.get(peerId, true);
    if (link === undefined) return await this.#dials.join(peerId, signal);
    try {
      await link.ready(signal);
      return link.session;
    } catch (error) {
      // The other side has lost it meanwhile: a new one is as good.
      if (codeOf(error) !== 'link.session-lost') throw error;
      return await this.#dials.join(peerId, signal);
    }
  }

  /**
   * A session with a peer for somebody who passes through this device: one that is there, or made over the relay or directly.
   * @throws {LinkError} `link.no-way` and as `session`
   */
  async reach(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    if (this.#closed) throw new LinkError('link.closed', 'this device is shutting down');
    const link = this.#table.get(peerId, true);
    // One that has lost its path with nothing on it is not looked after: it is about to end.
    if (link === undefined || link.isIdle) return await this.#reaches.join(peerId, signal);
    if (!link.isUp || link.view().via !== null) throw new LinkError('link.no-way', 'there is no way of its own now');
    return link.session;
  }

  /** The live session with a peer, if there is one. */
  current(peerId: PeerId): Session | undefined {
    return this.#table.get(peerId)?.session;
  }

  /** The same where it has a path now: what `session` would give at once. */
  usable(peerId: PeerId): Session | undefined {
    const link = this.#closed ? undefined : this.#table.get(peerId, true);
    return link?.isUp === true ? link.session : undefined;
  }

  view(peerId: PeerId): LinkView | undefined {
    const link = this.#table.get(peerId);
    if (link === undefined || link.isIdle) return undefined;
    const view = link.view();
    const lost = view.state === 'up' ? undefined : this.#maker.lostHop(peerId);
    if (lost === undefined) return view;
    return {
      ...view,
      hops: view.hops.map((hop) => (hop.peerId === lost ? { ...hop, rtt: undefined, lost: true } : hop)),
    };
  }

  /** How the way through others stands that a person has named for that peer; undefined where nothing is to be told of it. */
  passage(peerId: PeerId): PassageView | undefined {
    return this.#maker.passage(peerId);
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

  /** What a person allows for that peer is another thing now. */
  routeChanged(peerId: PeerId): void {
    this.#maker.forgetRefusals();
    this.#maker.forgetPassage(peerId);
    const route = this.#route(peerId);
    if (!allowsKind(route, 'via')) this.#guests.drop(peerId);
    for (const link of this.#table.all(peerId)) {
      const hops = link.hops.map((hop) => hop.peerId);
      link.choice.setMode(choiceMode(route), route.via.length > 0 && hops.length > 0 && !isSameWay(hops, route.via));
      this.#ways.open(link);
      this.#ways.tellCandidates(link);
    }
  }

  /** Where this device can be dialled has changed. */
  addressesChanged(): void {
    for (const link of this.#table.links) this.#ways.tellCandidates(link);
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
    this.#maker.forgetRefusals();
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

  /** Ends everything with a peer: it was forgotten, or a person wants it. Resolves when its sessions are closed. */
  async drop(peerId: PeerId, reason: string): Promise<void> {
    const error = new LinkError('link.closed', reason);
    this.#dials.cancel(peerId, error);
    this.#reaches.cancel(peerId, error);
    this.#arrivals.drop(peerId, error);
    this.#guests.drop(peerId);
    await Promise.all(this.#table.all(peerId).map(({ session }) => session.close('link.closed', reason)));
  }

  async close(): Promise<void> {
    const { relay, direct, via } = this.#options;
    this.#closed = true;
    this.#arrivals.close();
    this.#middles.close();
    this.#guests.close();
    relay.onIncoming = undefined;
    if (direct !== undefined) direct.onIncoming = undefined;
    if (via !== undefined) via.onIncoming = undefined;
    const peerIds = new Set([
      ...this.#dials.peerIds,
      ...this.#reaches.peerIds,
      ...this.#table.peerIds,
      ...this.#arrivals.peerIds,
    ]);
    await Promise.all([...peerIds].map((peerId) => this.drop(peerId, 'the device is shutting down')));
  }

  // — new sessions —

  async #dial(peerId: PeerId, route: PeerRoute, mayPass: boolean, signal: AbortSignal): Promise<Session> {
    const made = await this.#maker.first(peerId, route, mayPass, signal);
    try {
      if (signal.aborted || this.#closed) throw new LinkError('link.cancelled', 'given up');
      return this.#begin(peerId, made).session;
    } catch (error) {
      made.channel.destroy();
      throw error;
    }
  }

  #begin(peerId: PeerId, { kind, established, channel, address, hops }: Made): Link {
    const { send, receive } = established;
    this.#learn(peerId, established.peer);
    const link = this.#create('initiator', peerId, established);
    link.begin({ kind, channel, send, receive, dialled: true, address, hops });
    this.#table.add(link);
    this.#ways.open(link);
    return link;
  }

  #take(link: Link, established: Established): void {
    const { peerId, session } = link;
    this.#learn(peerId, established.peer);
    this.#table.add(link);
    this.#ways.open(link);
    this.#ways.tellCandidates(link);
    // The lower id's session stays; the lower side itself goes on dialling for it.
    if (this.#options.identity.peerId > peerId) this.#dials.answer(peerId, session);
  }

  #create(role: SessionRole, peerId: PeerId, established: Established, beforeStream?: () => boolean): Link {
    const { clock, logger, onStream } = this.#options;
    const session = createSession({ role, id: toHex(established.sessionId), clock, logger });
    session.onStream = (stream) => {
      // A stream arrives in an authenticated record: the session is confirmed, even if its promise has not told yet.
      if (beforeStream?.() === false) stream.refuse('link.unknown-peer', 'not paired');
      else onStream(stream, peerId, session);
    };
    const link = new Link({
      peerId,
      session,
      secret: sessionSecretOf(established),
      clock,
      logger,
      random: this.#random,
      mode: choiceMode(this.#route(peerId)),
      dial: (own, kind, renew, signal) => this.#dialFurther(own, kind, renew, signal),
      changed: (own, event) => this.#linkChanged(own, event),
    });
    session.onCandidates = (addresses) => {
      this.#ways.openDirect(link, link.takeCandidates(addresses));
    };
    return link;
  }

  #learn(peerId: PeerId, certificate: DeviceCertificate): void {
    const pin = this.#options.peers.lookup(peerId);
    if (pin === undefined || certificate.generation <= pin.generation) return;
    try {
      this.#options.onCertificate?.(certificate);
    } catch (error) {
      // A pin that cannot be written now stays as it was, and the certificate comes again with the next session.
      this.#options.logger.warn('a newer certificate could not be pinned', { errorCode: codeOf(error) });
    }
  }

  #linked(peerId: PeerId): void {
    this.#options.onLinked?.(peerId, this.#table.get(peerId)?.view().path ?? 'relay');
    this.#ways.middleChanged(peerId);
  }

  // — further paths —

  #dialFurther(link: Link, kind: DialKind, renew: boolean, signal: AbortSignal): Promise<MadePath> {
    const { peerId, session, secret, candidates } = link;
    const further = {
      id: fromHex(session.id),
      secret,
      route: this.#route(peerId),
      addresses: candidates,
      through: renew ? link.view().via : null,
    };
    return this.#maker.further(peerId, kind, further, signal);
  }

  #linkChanged(link: Link, event: PathEvent['type'] | 'explanation'): void {
    const { path, address } = link.view();
    if (event === 'up') {
      this.#ways.tellCandidates(link);
      if (path === 'direct' && link.dialledPath) this.#options.routes?.reached(link.peerId, address);
    }
    if (event === 'up' || event === 'lost') this.#ways.middleChanged(link.peerId);
    else this.#middles.look();
    if (event === 'doubtful') this.#options.onDoubt?.(link.peerId, path);
    if (this.#table.get(link.peerId) === link) this.#options.onChange?.(link.peerId);
  }

  #route(peerId: PeerId): PeerRoute {
    return this.#options.routes?.of(peerId) ?? NO_ROUTE;
  }
}

function choiceMode({ mode, via }: PeerRoute): ChoiceMode {
  return via.length === 0 ? mode : 'via';
}

function isSameWay(left: readonly PeerId[], right: readonly PeerId[]): boolean {
  return left.length === right.length && left.every((hop, index) => hop === right[index]);
}
