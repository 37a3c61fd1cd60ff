import { fromHex, toHex } from '#shared/bytes/index.ts';
import type { LinkPathKind } from '#shared/app-api/index.ts';
import { sessionSecretOf, type Established } from '#shared/handshake/index.ts';
import type { DeviceCertificate, PeerId } from '#shared/identity/index.ts';
import { createSession, LinkError, type PathEvent, type Session, type SessionRole } from '#shared/link/index.ts';
import { Arrivals } from './arrivals.ts';
import { Dials } from './dials.ts';
import { codeOf } from './errors.ts';
import { Link, type MadePath } from './link.ts';
import { LinkTable } from './link-table.ts';
import type { ChoiceMode, DialKind } from './path-choice.ts';
import { PathMaker, type Made, type Middle } from './path-maker.ts';
import type { LinkManagerOptions, LinkView, PeerRoute } from './types.ts';

/** A session that does not answer so long after the machine woke, or the network changed, needs another path, ms. */
const PROBE_TIMEOUT = 2000;

const NO_ROUTE: PeerRoute = { mode: 'auto', via: null, addresses: [] };

/**
 * The sessions of this device: at most one in use per peer, dialled or accepted, each kept going over one path after the other. It links to
 * nobody of its own accord; a session that is there it does not let go.
 */
export class LinkManager {
  readonly #options: LinkManagerOptions;
  readonly #table: LinkTable;
  readonly #dials: Dials;
  /** For others that pass through this device: never by way of a third one, or two could ask each other in turns. */
  readonly #reaches: Dials;
  readonly #maker: PathMaker;
  readonly #arrivals: Arrivals;
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
        this.#middlesChanged();
      },
    });
    this.#maker = new PathMaker({
      ...options,
      middle: (peerId, signal) => this.#middle(peerId, signal),
      middles: (peerId) => this.#middles(peerId),
    });
    this.#dials = new Dials((peerId, signal) => this.#dial(peerId, this.#route(peerId), true, signal));
    this.#reaches = new Dials((peerId, signal) =>
      this.#dial(peerId, { ...this.#route(peerId), via: null }, false, signal),
    );
    this.#arrivals = new Arrivals({
      ...options,
      relayAddress: () => relay.address,
      allows: (peerId, kind) => allowsKind(this.#route(peerId), kind),
      find: (peerId, sessionId) => this.#table.all(peerId).find(({ session }) => session.id === sessionId),
      create: (peerId, established, confirm) => this.#create('responder', peerId, established, confirm),
      take: (link, established) => this.#take(link, established),
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
    if (link === undefined) return await this.#reaches.join(peerId, signal);
    if (!link.isUp || link.view().via !== null) throw new LinkError('link.no-way', 'there is no way of its own now');
    return link.session;
  }

  /** The live session with a peer, if there is one. */
  current(peerId: PeerId): Session | undefined {
    return this.#table.get(peerId)?.session;
  }

  view(peerId: PeerId): LinkView | undefined {
    const link = this.#table.get(peerId);
    return link?.isIdle === true ? undefined : link?.view();
  }

  get linkedPeers(): readonly PeerId[] {
    return this.#table.peerIds;
  }

  /** Sessions that have lost their path and wait for another. */
  get waiting(): number {
    return this.#table.links.filter((link) => !link.isUp && !link.isIdle).length;
  }

  /** Who is there at the relay has changed; without a peer, perhaps of all. */
  presenceChanged(peerId?: PeerId): void {
    for (const link of peerId === undefined ? this.#table.links : this.#table.all(peerId)) this.#openRelay(link);
  }

  /** Another relay is used from now on: what runs over the one before ends there, and finds another way. */
  relayReplaced(): void {
    for (const link of this.#table.links) link.cut('relay', 'this device has left the relay');
  }

  /** What a person allows for that peer is another thing now. */
  routeChanged(peerId: PeerId): void {
    for (const link of this.#table.all(peerId)) {
      link.choice.setMode(choiceMode(this.#route(peerId)));
      this.#openWays(link);
      this.#tellCandidates(link);
    }
  }

  /** Where this device can be dialled has changed. */
  addressesChanged(): void {
    for (const link of this.#table.links) this.#tellCandidates(link);
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
    link.choice.now();
    if (link.isUp) void link.session.probe(PROBE_TIMEOUT);
  }

  /** The machine is in another network, or woke: paths that only look alive are found out, better ones are looked for. */
  networkChanged(): void {
    for (const link of this.#table.links) {
      this.#openWays(link);
      link.choice.networkChanged();
      if (link.isUp) void link.session.probe(PROBE_TIMEOUT);
      this.#tellCandidates(link);
    }
  }

  /** Ends everything with a peer: it was forgotten, or a person wants it. Resolves when its sessions are closed. */
  async drop(peerId: PeerId, reason: string): Promise<void> {
    const error = new LinkError('link.closed', reason);
    this.#dials.cancel(peerId, error);
    this.#reaches.cancel(peerId, error);
    this.#arrivals.drop(peerId, error);
    await Promise.all(this.#table.all(peerId).map(({ session }) => session.close('link.closed', reason)));
  }

  async close(): Promise<void> {
    const { relay, direct, via } = this.#options;
    this.#closed = true;
    this.#arrivals.close();
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

  #begin(peerId: PeerId, { kind, established, channel, address, via }: Made): Link {
    const { send, receive } = established;
    this.#learn(peerId, established.peer);
    const link = this.#create('initiator', peerId, established);
    link.begin({ kind, channel, send, receive, dialled: true, address, via });
    this.#table.add(link);
    this.#openWays(link);
    return link;
  }

  #take(link: Link, established: Established): void {
    const { peerId, session } = link;
    this.#learn(peerId, established.peer);
    this.#table.add(link);
    this.#openWays(link);
    this.#tellCandidates(link);
    // The lower id's session stays; the lower side itself goes on dialling for it.
    if (this.#options.identity.peerId > peerId) this.#dials.answer(peerId, session);
  }

  #create(role: SessionRole, peerId: PeerId, established: Established, beforeStream?: () => boolean): Link {
    const { clock, logger, onStream } = this.#options;
    const session = createSession({ role, id: toHex(established.sessionId), clock, logger });
    session.onStream = (stream) => {
      // A stream arrives in an authenticated record: the session is confirmed, even if its promise has not told yet.
      if (beforeStream?.() === false) stream.refuse('link.unknown-peer', 'not paired');
      else onStream(stream, peerId);
    };
    const link = new Link({
      peerId,
      session,
      secret: sessionSecretOf(established),
      clock,
      logger,
      random: this.#random,
      mode: choiceMode(this.#route(peerId)),
      dial: (own, kind, signal) => this.#dialFurther(own, kind, signal),
      changed: (own, event) => this.#linkChanged(own, event),
    });
    session.onCandidates = (addresses) => {
      this.#openDirect(link, link.takeCandidates(addresses));
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
    this.#middlesChanged();
  }

  // — further paths —

  #dialFurther(link: Link, kind: DialKind, signal: AbortSignal): Promise<MadePath> {
    const { peerId, session, secret, candidates } = link;
    const route = this.#route(peerId);
    return this.#maker.further(peerId, kind, { id: fromHex(session.id), secret, route, addresses: candidates }, signal);
  }

  #linkChanged(link: Link, event: PathEvent['type'] | 'explanation'): void {
    const { path, address } = link.view();
    if (event === 'up') {
      this.#tellCandidates(link);
      if (path === 'direct' && link.dialledPath) this.#options.routes?.reached(link.peerId, address);
      this.#middlesChanged();
    }
    if (event === 'doubtful') this.#options.onDoubt?.(link.peerId, path);
    if (event === 'lost') this.#middlesChanged();
    if (this.#table.get(link.peerId) === link) this.#options.onChange?.(link.peerId);
  }

  #openWays(link: Link): void {
    this.#openDirect(link, false);
    this.#openRelay(link);
    this.#openVia(link);
  }

  #openRelay(link: Link): void {
    link.choice.setOpen('relay', this.#options.relay.isOnline(link.peerId));
  }

  #openDirect(link: Link, fresh: boolean): void {
    const addresses = this.#maker.dialable(this.#route(link.peerId), link.candidates);
    link.choice.setOpen('direct', addresses.length > 0, fresh);
  }

  #openVia(link: Link): void {
    if (this.#options.via === undefined) return;
    const { via } = this.#route(link.peerId);
    link.choice.setOpen('via', via !== null || this.#middles(link.peerId).length > 0);
  }

  #middlesChanged(): void {
    for (const link of this.#table.links) this.#openVia(link);
  }

  /** Tells the peer where this device can be dialled, where it listens and the person lets the peer come that way. */
  #tellCandidates(link: Link): void {
    const { direct } = this.#options;
    if (direct === undefined) return;
    const allowed = allowsKind(this.#route(link.peerId), 'direct');
    const addresses = allowed ? direct.localAddresses() : [];
    // What is not to be told any more may wait in a session without a path, to be told on the next one.
    const waits = !link.isUp || this.#table.get(link.peerId) !== link;
    if (!waits || addresses.length === 0) link.tellCandidates(addresses);
  }

  // — peers in between —

  async #middle(peerId: PeerId, signal: AbortSignal): Promise<Middle> {
    const session = await this.session(peerId, signal);
    const link = this.#table.get(peerId);
    if (link === undefined) throw new LinkError('link.no-way', 'the peer in between is gone');
    if (link.view().via !== null) throw new LinkError('link.no-way', 'the way to the peer in between has one itself');
    return { peerId, session: link.session ?? session, address: link.view().address };
  }

  #middles(peerId: PeerId): readonly Middle[] {
    return this.#table.peerIds.flatMap((between) => {
      const link = this.#table.get(between);
      if (between === peerId || link?.isUp !== true) return [];
      const { via, address } = link.view();
      return via === null ? [{ peerId: between, session: link.session, address }] : [];
    });
  }

  #route(peerId: PeerId): PeerRoute {
    return this.#options.routes?.of(peerId) ?? NO_ROUTE;
  }
}

function choiceMode({ mode, via }: PeerRoute): ChoiceMode {
  return via === null ? mode : 'via';
}

/** A peer that was named to go through says how this device goes there, not how the other one comes. */
function allowsKind({ mode }: PeerRoute, kind: LinkPathKind): boolean {
  switch (mode) {
    case 'auto':
      return true;
    case 'direct-only':
      return kind === 'direct';
    case 'relay-only':
      return kind === 'relay';
  }
}
