import type { CallInput, NetworkView, PathChange, PathMode, PathView, PeerView } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { HopTransport, LinkManager, type HopView, type LinkView, type RouteStatus } from '../links/index.ts';
import { pausedError } from '../pause/index.ts';
import { UdpTransport } from '../webrtc/index.ts';
import { DirectListenerControl } from './direct-listener.ts';
import { InterfaceWatch } from './interface-watch.ts';
import { mayGoDirect, mayTakeRelay } from './may-take-relay.ts';
import type { NetworkOptions } from './network-options.ts';
import { RefusalLog } from './refusal-log.ts';
import { RelayConnection } from './relay-connection.ts';
import { WakeWatch } from './wake-watch.ts';

/** Details as those of a rule's problem. `at`: since when, milliseconds since 1970. */
export type HopProblem = Readonly<{ at: number; details: Readonly<Record<string, string | number>> }>;

/** Time a call that needs the relay waits for it, ms: a working connection is made in a fraction of that. */
const CONNECT_PATIENCE = 5000;
/** Ends of a session that say nothing against the peer: nothing used it, another one is in use, or a peer that answers has lost it. */
const THERE_STILL: ReadonlySet<string> = new Set(['link.idle', 'link.replaced', 'link.session-lost']);
/** Time an answer may take after a wake-up, ms. */
const PROBE_TIMEOUT = 2000;

/**
 * Everything between this device and its peers: relay, direct connections, hops, and the links over them. Other modules
 * get sessions and connection states here.
 */
export class Network {
  readonly relay: RelayConnection;
  readonly via: HopTransport;
  /** Undefined where there are no connections over UDP. */
  readonly udp: UdpTransport | undefined;
  readonly #options: NetworkOptions;
  /** Peers whose link has had no answer, and which have given no sign of life since. */
  readonly #silent = new Set<PeerId>();
  readonly #toldPaths = new Map<PeerId, PathChange>();
  readonly #links: LinkManager;
  readonly #direct: DirectListenerControl;
  readonly #refusals: RefusalLog;
  readonly #wake: WakeWatch;
  readonly #interfaces: InterfaceWatch | undefined;

  constructor(options: NetworkOptions) {
    const { crypto, identity, clock, logger, direct, webrtc, peers, settings } = options;
    this.#options = options;
    this.#refusals = new RefusalLog(options);
    this.relay = new RelayConnection({
      ...options,
      onPresence: (peerId) => {
        // It has said hello there just now.
        if (peerId !== undefined && this.relay.isOnline(peerId)) this.#silent.delete(peerId);
        this.#links.presenceChanged(peerId);
      },
      onReplaced: () => this.#links.relayReplaced(),
      isUrgent: () => this.#links.waiting > 0,
      onStun: () => this.#links.udpChanged(),
    });
    this.via = new HopTransport({
      clock,
      logger: logger.child({ part: 'via' }),
      ownId: identity.peerId,
      session: (to, signal) => this.#links.sessionForPassThrough(to, signal),
    });
    if (webrtc !== undefined) {
      this.udp = new UdpTransport({
        clock,
        logger: logger.child({ part: 'udp' }),
        sockets: webrtc,
        stun: () => this.relay.stun,
        isOn: () => settings.value.network.listen === 'on',
        allows: (peerId) => mayGoDirect(peers.get(peerId) ?? {}),
        loopback: direct?.isLoopback === true,
      });
    }
    this.#direct = new DirectListenerControl({
      settings,
      transport: direct,
      logger,
      isPaused: () => options.isPaused(),
      onChange: () => {
        this.#links.addressesChanged();
        options.onListening?.();
      },
    });
    this.#wake = new WakeWatch(clock, () => this.woke());
    if (options.interfaces !== undefined) {
      this.#interfaces = new InterfaceWatch(clock, options.interfaces, () => this.networkChanged());
    }
    this.#links = new LinkManager({
      crypto,
      identity,
      clock,
      logger: logger.child({ part: 'links' }),
      relay: this.relay.port,
      direct,
      udp: this.udp,
      hops: this.via,
      routes: {
        of: (peerId) => {
          const record = peers.get(peerId);
          const { pathMode = 'auto', via = [], addresses = [] } = record ?? {};
          return { mode: pathMode, hops: via, addresses, found: options.lan?.addressesOf(peerId) ?? [] };
        },
        reached: (peerId, address) => {
          peers.reached(peerId, address);
          options.lan?.confirm(peerId, address);
        },
        refused: (peerId, address) => options.lan?.refute(peerId, address),
      },
      peers: { lookup: (peerId) => peers.get(peerId) },
      onStream: (stream, peerId, session) => options.onStream(stream, peerId, session),
      onLinked: (peerId, path) => this.#linked(peerId, path),
      onUnlinked: (peerId, { code, remote }, answeredAt) => {
        peers.seen(peerId, remote ? undefined : answeredAt);
        if (!THERE_STILL.has(code)) options.lan?.refute(peerId);
        this.#toldPaths.delete(peerId);
        options.audit.record('peer.unlinked', { peer: peerId, name: peers.get(peerId)?.name ?? '', code });
        options.onChange('peers');
      },
      onChange: (peerId) => {
        if (this.#links.waiting > 0) this.relay.hurry();
        // Its path is lost: what it announced before says nothing any more.
        if (this.#links.hasLostPath(peerId)) options.lan?.refute(peerId);
        this.#listen(peerId);
        this.#tellPath(peerId);
        options.onChange('peers');
      },
      // Whatever path it was: the relay is where the next one comes from, and may only look as if it was there.
      onDoubt: () => this.relay.probe(PROBE_TIMEOUT),
      onCertificate: (certificate) => {
        peers.updateCertificate(certificate);
        options.audit.record('peer.certificate', { peer: certificate.peerId, generation: certificate.generation });
      },
      onRefused: (refused) => this.#refusals.record(refused),
      nameOf: (peerId) => this.#nameOf(peerId),
    });
    if (options.isPaused()) this.#links.pause();
  }

  /** Connects to the relay and listens, as the settings say. */
  start(): void {
    this.relay.start();
    this.#wake.start();
    this.#interfaces?.start();
    void this.#direct.start();
  }

  /** Ends all connections when the user pauses, sessions waiting as after a path loss; brings them back afterwards. */
  async pauseChanged(): Promise<void> {
    if (this.#options.isPaused()) {
      this.#links.pause();
      this.udp?.giveUp();
    }
    this.relay.start();
    await this.#direct.pauseChanged();
    if (!this.#options.isPaused()) this.#links.resume();
  }

  link(peerId: PeerId): LinkView | undefined {
    return this.#links.view(peerId);
  }

  /** Returns the outcome of the last direct dial; undefined before the first. */
  tried(peerId: PeerId): PeerView['tried'] {
    return this.#links.tried(peerId);
  }

  /** Returns the state of the route named for the peer; undefined where there is nothing to report. */
  routeStatus(peerId: PeerId): RouteStatus | undefined {
    return this.#links.routeStatus(peerId);
  }

  /** A peer has announced itself in the local network, where it was not known to be. */
  found(peerId: PeerId): void {
    this.#links.found(peerId);
    this.#options.onChange('peers');
  }

  /** Returns the address a peer has announced in the local network, if its route allows direct paths and it may be there now. */
  addressInLan(peerId: PeerId): string | undefined {
    const allowed = mayGoDirect(this.#options.peers.get(peerId) ?? {});
    return allowed ? this.#options.lan?.hintsOf(peerId)[0] : undefined;
  }

  /** Reports whether the peer has answered at its address in the local network, and nothing has refuted it since. */
  isConfirmedInLan(peerId: PeerId): boolean {
    const allowed = mayGoDirect(this.#options.peers.get(peerId) ?? {});
    return allowed && this.#options.lan?.isConfirmed(peerId) === true;
  }

  /**
   * Reports whether something confirms the peer's presence now: a link that answers, the relay, or an answer in the
   * local network.
   */
  isReachable(peerId: PeerId): boolean {
    const link = this.link(peerId);
    if (link?.state === 'up' || this.isAtRelay(peerId)) return true;
    return link === undefined && this.isConfirmedInLan(peerId);
  }

  /** Reports whether the relay lists the peer, and the peer has not fallen silent since. */
  isAtRelay(peerId: PeerId): boolean {
    return this.relay.isOnline(peerId) && !this.#silent.has(peerId);
  }

  /** Reports whether dialling the peer is worthwhile: it is linked, listed by the relay, or announced in the local network. */
  mayAnswer(peerId: PeerId): boolean {
    const link = this.link(peerId);
    if (link !== undefined && link.state !== 'reconnecting') return true;
    return this.relay.isOnline(peerId) || this.addressInLan(peerId) !== undefined;
  }

  /** Since when that peer is offline, milliseconds since 1970; undefined where it is not, or was never seen. */
  offlineSince(peerId: PeerId): number | undefined {
    if (this.isReachable(peerId)) return undefined;
    return this.link(peerId)?.since ?? this.#options.peers.get(peerId)?.lastSeenAt ?? undefined;
  }

  /** Returns the problem of a link that leads through named hops; undefined where it is up, or nothing is known. */
  hopProblem(peerId: PeerId): HopProblem | undefined {
    const failure = this.#links.routeStatus(peerId)?.failure ?? undefined;
    if (failure === undefined || this.link(peerId)?.state === 'up') return undefined;
    const { code, hop, hopId, before, message, at } = failure;
    const since = hopId === undefined ? undefined : this.offlineSince(hopId);
    return {
      at,
      details: {
        reason: code,
        message,
        ...(hop === undefined ? {} : { hop }),
        ...(before === undefined ? {} : { before }),
        ...(since === undefined ? {} : { since }),
      },
    };
  }

  /**
   * Reports whether the peer is linked, or listed by the relay where its link may use it: no hops were chosen, and not
   * direct only.
   */
  mayReach(peerId: PeerId): boolean {
    const link = this.link(peerId);
    if (link !== undefined && link.state !== 'reconnecting') return true;
    if (this.addressInLan(peerId) !== undefined) return true;
    return mayTakeRelay(this.#options.peers.get(peerId) ?? {}) && this.relay.isOnline(peerId);
  }

  /**
   * The session with a peer, dialled where needed. Waits a few seconds for a relay connection that is being made, where that is a way.
   * @throws {ClawReachError} `relay.*`, `link.*`, `direct.*`, `via.*`
   */
  async session(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    if (this.#options.isPaused()) throw pausedError();
    const { pathMode = 'auto', via = [], addresses = [] } = this.#options.peers.get(peerId) ?? {};
    const link = this.link(peerId);
    const linked = link !== undefined && link.state !== 'reconnecting';
    if (!linked && via.length === 0 && pathMode !== 'direct-only' && !this.relay.isOnline(peerId)) {
      const ready = this.relay.ready(CONNECT_PATIENCE, signal);
      // An address that led to the peer before does not wait for the relay.
      const somewhere = addresses.length > 0 || (this.#options.lan?.addressesOf(peerId).length ?? 0) > 0;
      if (pathMode === 'relay-only' || !somewhere) await ready;
      else ready.catch(() => undefined);
    }
    return await this.#links.session(peerId, signal);
  }

  /** The session with a peer where it has a path now: what `session` would give at once. */
  current(peerId: PeerId): Session | undefined {
    return this.#links.usable(peerId);
  }

  /**
   * Measures one round trip.
   * @param timeout ms, for the reply alone
   */
  async ping(peerId: PeerId, timeout: number, signal: AbortSignal): Promise<PathView> {
    const session = await this.session(peerId, signal);
    const [rtt, hops] = await Promise.all([session.ping(timeout), this.#links.pingHops(peerId, timeout)]);
    return this.#path(peerId, rtt, hops);
  }

  /**
   * The path of a live link with its least round trip so far: the first one of a new link also pays for code that has never run, and would
   * frighten people. Measured once more where it is the only one.
   */
  async path(peerId: PeerId, timeout: number, signal: AbortSignal): Promise<PathView> {
    const session = await this.session(peerId, signal);
    await session.ping(timeout);
    return this.#path(peerId, session.statistics().minRtt ?? 0, this.link(peerId)?.hops ?? []);
  }

  drop(peerId: PeerId, reason: string): void {
    void this.#links.drop(peerId, reason);
  }

  /**
   * @param via only through these peers, one after the other
   * @throws {PeerError} `peer.unknown`; {ClawReachError} `via.self`, `via.loop`, `via.chain`
   */
  setPathMode(peerId: PeerId, mode: PathMode, via: readonly PeerId[]): void {
    const { peers } = this.#options;
    if (via.includes(peerId)) throw new ClawReachError('via.self', 'the way to a peer cannot lead through that peer');
    if (new Set(via).size < via.length) throw new ClawReachError('via.loop', 'a way leads through a peer once');
    const [first] = via;
    // The others are reached through the one before, wherever their own links run.
    if (first !== undefined && (peers.get(first)?.via.length ?? 0) > 0)
      throw new ClawReachError('via.chain', 'the way to that peer leads through another one itself');
    const choice = peers.setPathMode(peerId, mode, via);
    if (!mayGoDirect(choice)) this.udp?.giveUp(peerId);
    this.#links.routeChanged(peerId);
  }

  /** Tries at once what would be tried later. @throws {ClawReachError} `agent.paused` */
  reconnect(peerId: PeerId): void {
    if (this.#options.isPaused()) throw pausedError();
    this.relay.retryNow();
    this.#links.reconnectNow(peerId);
  }

  get settings(): NetworkView {
    return this.#direct.view;
  }

  /** @throws {StoreError} `store.write` */
  configure(input: CallInput<'network.set'>): Promise<NetworkView> {
    return this.#direct.set(input);
  }

  /** The machine is in another network: whatever only looks open is found out within seconds, better paths are looked for. */
  networkChanged(): void {
    this.relay.probe(PROBE_TIMEOUT);
    this.#links.networkChanged();
    this.#options.onPlaceChange?.();
  }

  /** The machine slept, or this process stood still. */
  woke(): void {
    this.#options.logger.info('time has passed unnoticed: connections are probed');
    this.relay.probe(PROBE_TIMEOUT);
    this.#links.woke();
    this.#options.onPlaceChange?.();
  }

  async close(): Promise<void> {
    this.#wake.stop();
    this.#interfaces?.stop();
    await this.#links.close();
    this.via.close();
    this.udp?.close();
    await this.#direct.close();
    await this.relay.close();
  }

  /** Follows whether a peer answers: until it does again, the word of the relay confirms nothing. */
  #listen(peerId: PeerId): void {
    const state = this.link(peerId)?.state;
    if (state === 'doubtful') this.#silent.add(peerId);
    else if (state === 'up') this.#silent.delete(peerId);
  }

  /** The newest change of a link's path, once. */
  #tellPath(peerId: PeerId): void {
    const change = this.#links.view(peerId)?.history.at(-1);
    if (change === undefined || this.#toldPaths.get(peerId) === change) return;
    this.#toldPaths.set(peerId, change);
    this.#options.onPathChange?.(peerId, change);
  }

  #linked(peerId: PeerId, path: string): void {
    const { peers, audit, logger } = this.#options;
    try {
      peers.confirm(peerId);
    } catch (error) {
      logger.error('a pin could not be made lasting', { errorCode: errorCode(error) });
    }
    peers.seen(peerId);
    audit.record('peer.linked', { peer: peerId, name: peers.get(peerId)?.name ?? '', path });
    const session = this.#links.current(peerId);
    if (session !== undefined) this.#options.onLinked?.(peerId, session);
    this.#options.onChange('peers');
  }

  #path(peerId: PeerId, rtt: number, hops: readonly HopView[]): PathView {
    const view = this.link(peerId);
    const path: PathView = {
      path: view?.path ?? 'relay',
      ...(view?.udp === true ? { udp: true } : {}),
      address: view?.address ?? this.relay.address ?? '',
      rtt,
    };
    if (hops.length === 0) return path;
    return {
      ...path,
      hops: hops.map((hop) => ({ name: this.#nameOf(hop.peerId), rtt: hop.rtt ?? null, lost: hop.lost })),
    };
  }

  #nameOf(peerId: PeerId): string {
    const { peers, identity, settings } = this.#options;
    const known = peerId === identity.peerId ? settings.value.deviceName : peers.get(peerId)?.name;
    return known ?? shortPeerId(peerId);
  }
}
