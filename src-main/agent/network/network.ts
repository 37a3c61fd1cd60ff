import type {
  CallInput,
  ForgottenBecause,
  NetworkView,
  PathChange,
  PathMode,
  PathView,
  PeerView,
} from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import { HopTransport, LinkManager, type HopView, type LinkView, type RouteStatus } from '../links/index.ts';
import { pausedError } from '../pause/index.ts';
import { suspendedError } from '../peers/index.ts';
import { UdpTransport } from '../webrtc/index.ts';
import { DirectListenerControl } from './direct-listener-control.ts';
import { InterfaceWatch } from './interface-watch.ts';
import { LostPeers } from './lost-peers.ts';
import { mayGoDirect, mayTakeRelay } from './may-take-relay.ts';
import type { NetworkOptions } from './network-options.ts';
import { RejectedHandshakeLog } from './rejected-handshake-log.ts';
import { RelayConnection } from './relay-connection.ts';
import { FORGOTTEN, namesOtherPairing, removalReason, removedBecause } from './removal-notice.ts';
import { explainUnmet } from './unmet-peer.ts';
import { WakeWatch } from './wake-watch.ts';

/** Problem of a link through named hops. `at`: time since which it exists, ms since 1970. `details`: as in the problem of a forward. */
export type HopProblem = Readonly<{ at: number; details: Readonly<Record<string, string | number>> }>;

/** Longest time that a call waits for the relay connection, ms. A working relay connects in a fraction of it. */
const CONNECT_PATIENCE = 5000;
/** Code of a removal's end for what runs in the session on the device that removes; the peer gets `FORGOTTEN`. */
const REMOVED = 'link.removed';
/** The same where the peer went with its introduction: no person here has removed it. */
const WITHDRAWN = 'link.withdrawn';
/** Reasons of a session's end after which the peer counts as still present: the session was unused, replaced, or lost by a peer that answers. */
const STILL_PRESENT: ReadonlySet<string> = new Set(['link.idle', 'link.replaced', 'link.session-lost']);
/** Time that a connection has to answer after a wake-up, ms. */
const PROBE_TIMEOUT = 2000;

/**
 * All connections between this device and its peers: relay, direct and UDP connections, hops, and the links over them. Other modules get sessions and
 * the state of connections here. Created by the network module. Links that begin and end, rejected handshakes and new keys of peers go to the audit
 * log. Saves in the peer book when and where peers were reached, their new keys and their path modes; a peer's first link makes its provisional pin
 * permanent.
 */
export class Network {
  readonly relay: RelayConnection;
  readonly hops: HopTransport;
  /** UDP connections over WebRTC; undefined: none. */
  readonly udp: UdpTransport | undefined;
  readonly #options: NetworkOptions;
  /** Peers whose link has stopped answering, and which have shown no sign of life since. */
  readonly #silent = new Set<PeerId>();
  readonly #reportedPaths = new Map<PeerId, PathChange>();
  readonly #links: LinkManager;
  readonly #lost: LostPeers;
  readonly #direct: DirectListenerControl;
  readonly #refusals: RejectedHandshakeLog;
  readonly #wake: WakeWatch;
  readonly #interfaces: InterfaceWatch | undefined;

  constructor(options: NetworkOptions) {
    const { crypto, identity, clock, logger, direct, webrtc, peers, settings } = options;
    this.#options = options;
    this.#refusals = new RejectedHandshakeLog(options);
    this.relay = new RelayConnection({
      ...options,
      onPresence: (peerId) => {
        // The peer has just connected to the relay.
        if (peerId !== undefined && this.relay.isOnline(peerId)) this.#silent.delete(peerId);
        this.#links.presenceChanged(peerId);
      },
      onReplaced: () => this.#links.relayReplaced(),
      isUrgent: () => this.#links.waiting > 0,
      onStun: () => this.#links.udpChanged(),
    });
    this.hops = new HopTransport({
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
        loopback: direct?.isLoopback === true || options.loopback === true,
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
    this.#lost = new LostPeers({
      clock,
      dial: (peerId) => this.#links.session(peerId),
      isSettled: (peerId) => options.isPaused() || peers.isSuspended(peerId) || this.link(peerId)?.state === 'up',
    });
    this.#links = new LinkManager({
      crypto,
      identity,
      clock,
      logger: logger.child({ part: 'links' }),
      relay: this.relay.port,
      direct,
      udp: this.udp,
      hops: this.hops,
      routes: {
        routeOf: (peerId) => {
          const record = peers.get(peerId);
          const { pathMode = 'auto', via = [], addresses = [] } = record ?? {};
          return { mode: pathMode, hops: via, addresses, announced: options.lan?.addressesOf(peerId) ?? [] };
        },
        recordReached: (peerId, address) => {
          peers.reached(peerId, address);
          options.lan?.confirm(peerId, address);
        },
        recordUnreached: (peerId, address, began) => options.lan?.refute(peerId, address, began),
      },
      // A suspended peer gets and takes no handshake, on any path.
      peers: { lookup: (peerId) => (peers.isSuspended(peerId) ? undefined : peers.get(peerId)) },
      onStream: (stream, peerId, session) => options.onStream(stream, peerId, session),
      onSession: (peerId, session) => options.onSession?.(peerId, session),
      onLinked: (peerId, path) => this.#linked(peerId, path),
      onUnlinked: (peerId, { code, reason, remote }, { answeredAt, began }) => {
        peers.seen(peerId, remote ? undefined : answeredAt);
        if (!STILL_PRESENT.has(code)) options.lan?.refute(peerId);
        const isForgotten = remote && code === FORGOTTEN && !this.#isOutdated(peerId, reason, began);
        // A peer that has removed this device doesn't answer it.
        if (peers.get(peerId) === undefined || isForgotten) this.#lost.delete(peerId);
        else if (code !== 'link.replaced') this.#lost.add(peerId);
        this.#reportedPaths.delete(peerId);
        options.audit.record('peer.unlinked', { peer: peerId, name: peers.get(peerId)?.name ?? '', code });
        if (isForgotten) options.onForgotten(peerId, removedBecause(reason));
        options.onChange('peers');
      },
      onChange: (peerId) => {
        if (this.#links.waiting > 0) this.relay.hurry();
        // The path is lost, so the peer may have left the addresses that it announced.
        if (this.#links.hasLostPath(peerId)) options.lan?.refute(peerId);
        this.#trackSilence(peerId);
        this.#reportPath(peerId);
        options.onChange('peers');
      },
      // The relay connection is checked for every kind of path, since the next path may need it.
      onDoubt: () => this.relay.probe(PROBE_TIMEOUT),
      onCertificate: (certificate) => {
        peers.updateCertificate(certificate);
        options.audit.record('peer.certificate', { peer: certificate.peerId, generation: certificate.generation });
      },
      onHandshakeRejected: (refused) => this.#refusals.record(refused),
      nameOf: (peerId) => this.#nameOf(peerId),
    });
    if (options.isPaused()) this.#links.pause();
  }

  /** Connects to the relay and listens for direct connections, as the settings say. */
  start(): void {
    this.relay.start();
    this.#wake.start();
    this.#interfaces?.start();
    void this.#direct.start();
  }

  /** Applies a change of the pause. A pause ends all connections, and open sessions wait for a path; afterwards they are restored. */
  async pauseChanged(): Promise<void> {
    if (this.#options.isPaused()) {
      this.#links.pause();
      this.udp?.giveUp();
    }
    this.relay.start();
    await this.#direct.pauseChanged();
    if (!this.#options.isPaused()) this.#links.resume();
  }

  /** Returns the state of the link; undefined without a link. */
  link(peerId: PeerId): LinkView | undefined {
    return this.#links.view(peerId);
  }

  /** Returns the outcome of the last direct dial; undefined before the first. */
  lastDirectDial(peerId: PeerId): PeerView['tried'] {
    return this.#links.lastDirectDial(peerId);
  }

  /** Returns the status of the hops that the user named for the peer; undefined if there is none. */
  routeStatus(peerId: PeerId): RouteStatus | undefined {
    return this.#links.routeStatus(peerId);
  }

  /** Called when a peer has announced itself at a new address in the local network. */
  peerFound(peerId: PeerId): void {
    this.#links.peerFound(peerId);
    this.#lost.found(peerId);
    this.#options.onChange('peers');
  }

  /**
   * Returns the address that a peer has announced in the local network; undefined if its path mode forbids direct paths or it is not expected there
   * now.
   */
  addressInLan(peerId: PeerId): string | undefined {
    const allowed = mayGoDirect(this.#options.peers.get(peerId) ?? {});
    return allowed ? this.#options.lan?.likelyAddressesOf(peerId)[0] : undefined;
  }

  /** Reports whether the peer has answered at its address in the local network, and nothing has refuted that since. */
  isConfirmedInLan(peerId: PeerId): boolean {
    const allowed = mayGoDirect(this.#options.peers.get(peerId) ?? {});
    return allowed && this.#options.lan?.isConfirmed(peerId) === true;
  }

  /** Reports whether the peer is online: its link answers, the relay lists it, or it has answered in the local network. */
  isReachable(peerId: PeerId): boolean {
    if (this.#options.peers.isSuspended(peerId)) return false;
    const link = this.link(peerId);
    if (link?.state === 'up' || this.isAtRelay(peerId)) return true;
    return link === undefined && this.isConfirmedInLan(peerId);
  }

  /** Reports whether the relay lists the peer, unless the peer has stopped answering since. */
  isAtRelay(peerId: PeerId): boolean {
    return this.relay.isOnline(peerId) && !this.#silent.has(peerId) && !this.#options.peers.isSuspended(peerId);
  }

  /** Reports whether dialing the peer is worthwhile: it is linked, listed by the relay, or announced in the local network. */
  mayAnswer(peerId: PeerId): boolean {
    if (this.#options.peers.isSuspended(peerId)) return false;
    const link = this.link(peerId);
    if (link !== undefined && link.state !== 'reconnecting') return true;
    return this.relay.isOnline(peerId) || this.addressInLan(peerId) !== undefined;
  }

  /** Returns the time since which the peer is offline, ms since 1970; undefined if it is online or was never seen. */
  offlineSince(peerId: PeerId): number | undefined {
    if (this.isReachable(peerId)) return undefined;
    return this.link(peerId)?.since ?? this.#options.peers.get(peerId)?.lastSeenAt ?? undefined;
  }

  /** Returns the problem of a link through named hops; undefined if the link is up or no dial has failed. */
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
   * Reports whether the peer can probably be reached by its allowed paths: it is linked, announced in the local network, or listed by a relay that
   * its link may use.
   */
  mayReach(peerId: PeerId): boolean {
    if (this.#options.peers.isSuspended(peerId)) return false;
    const link = this.link(peerId);
    if (link !== undefined && link.state !== 'reconnecting') return true;
    if (this.addressInLan(peerId) !== undefined) return true;
    return mayTakeRelay(this.#options.peers.get(peerId) ?? {}) && this.relay.isOnline(peerId);
  }

  /**
   * Returns the session with a peer, and dials one if needed. Waits up to 5 s for the relay connection if the path needs it.
   * @throws {PeerError} `peer.suspended`; {ClawReachError} `agent.paused` at once during a pause; `relay.*`, `link.*`, `direct.*`, `via.*`
   */
  async session(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    try {
      return await this.#session(peerId, signal);
    } catch (error) {
      const record = this.#options.peers.get(peerId);
      const hasAddress = this.#hasAddress(peerId);
      const facts = { record, relay: this.relay.status.state, hasAddress, since: this.offlineSince(peerId) };
      throw explainUnmet(error, facts) ?? error;
    }
  }

  #hasAddress(peerId: PeerId): boolean {
    const { peers, lan } = this.#options;
    return (peers.get(peerId)?.addresses ?? []).length > 0 || (lan?.addressesOf(peerId).length ?? 0) > 0;
  }

  async #session(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    if (this.#options.isPaused()) throw pausedError();
    const { peers } = this.#options;
    if (peers.isSuspended(peerId)) throw suspendedError(peers.nameOf(peerId) ?? '', peerId);
    const { pathMode = 'auto', via = [] } = peers.get(peerId) ?? {};
    const link = this.link(peerId);
    const linked = link !== undefined && link.state !== 'reconnecting';
    if (!linked && via.length === 0 && pathMode !== 'direct-only' && !this.relay.isOnline(peerId)) {
      const ready = this.relay.ready(CONNECT_PATIENCE, signal);
      // A known address is dialed without waiting for the relay.
      if (pathMode === 'relay-only' || !this.#hasAddress(peerId)) await ready;
      else ready.catch(() => undefined);
    }
    return await this.#links.session(peerId, signal);
  }

  /** Returns the session with a peer if it has a path now. `session` would return it at once. */
  current(peerId: PeerId): Session | undefined {
    return this.#links.usable(peerId);
  }

  /**
   * Measures one round trip.
   * @param timeout ms, for the answer alone
   */
  async ping(peerId: PeerId, timeout: number, signal: AbortSignal): Promise<PathView> {
    const session = await this.session(peerId, signal);
    const [rtt, hops] = await Promise.all([session.ping(timeout), this.#links.pingHops(peerId, timeout)]);
    return this.#path(peerId, rtt, hops);
  }

  /**
   * Returns the path in use with its shortest round trip so far, after one more measurement. The first round trip of a new link would look too long,
   * since it includes code that runs for the first time.
   */
  async path(peerId: PeerId, timeout: number, signal: AbortSignal): Promise<PathView> {
    const session = await this.session(peerId, signal);
    await session.ping(timeout);
    return this.#path(peerId, session.statistics().minRtt ?? 0, this.link(peerId)?.hops ?? []);
  }

  /** Ends everything with a peer that is suspended. */
  drop(peerId: PeerId, reason: string): void {
    this.udp?.giveUp(peerId);
    void this.#links.drop(peerId, reason);
  }

  /**
   * Ends everything with a peer that was removed, and tells it so if it's linked.
   * @param words its pairing words, if it has any
   * @param because why a person has removed it
   * @param isWithdrawn true if it went with its introduction
   */
  async dropForgotten(
    peerId: PeerId,
    words?: readonly string[],
    because?: ForgottenBecause,
    isWithdrawn = false,
  ): Promise<void> {
    this.udp?.giveUp(peerId);
    const reason = removalReason(this.#options.crypto, words, because);
    await this.#links.drop(peerId, reason, FORGOTTEN, isWithdrawn ? WITHDRAWN : REMOVED);
  }

  /** Reports whether a peer's removal of this device is about an earlier pairing: its session is older than the latest one, and it names another. */
  #isOutdated(peerId: PeerId, reason: string, began: number): boolean {
    const { crypto, peers } = this.#options;
    const words = peers.get(peerId)?.pairing?.words;
    return began < peers.latestPairing(peerId) && namesOtherPairing(crypto, reason, words);
  }

  /**
   * Sets the allowed paths to a peer.
   * @param via hops in order; empty for none
   * @throws {PeerError} `peer.unknown`; {ClawReachError} `via.self`, `via.loop`, `via.chain`
   */
  setPathMode(peerId: PeerId, mode: PathMode, via: readonly PeerId[]): void {
    const { peers } = this.#options;
    if (via.includes(peerId)) throw new ClawReachError('via.self', 'a peer cannot be a hop to itself');
    if (new Set(via).size < via.length) throw new ClawReachError('via.loop', 'a peer can be a hop only once');
    const [first] = via;
    // Only the first hop matters: the others are reached through the hop before them.
    if (first !== undefined && (peers.get(first)?.via.length ?? 0) > 0)
      throw new ClawReachError('via.chain', 'the first hop is itself reached through a hop');
    const choice = peers.setPathMode(peerId, mode, via);
    if (!mayGoDirect(choice)) this.udp?.giveUp(peerId);
    this.#links.routeChanged(peerId);
  }

  /** Retries the relay and the peer at once, for the user. @throws {ClawReachError} `agent.paused` */
  reconnect(peerId: PeerId): void {
    if (this.#options.isPaused()) throw pausedError();
    this.relay.retryNow();
    this.#links.reconnectNow(peerId);
  }

  /** Settings and state of direct connections, for user interfaces. */
  get settings(): NetworkView {
    return this.#direct.view;
  }

  /** Changes the settings of direct connections. @throws {StoreError} `store.write` */
  configure(input: CallInput<'network.set'>): Promise<NetworkView> {
    return this.#direct.set(input);
  }

  /** Checks open connections, which may be dead, and looks for better paths. Called when the machine has changed to another network. */
  networkChanged(): void {
    this.relay.probe(PROBE_TIMEOUT);
    this.#links.networkChanged();
    this.#options.onNetworkChange?.();
  }

  /** Checks open connections and renews paths. Called after the machine or this process has slept. */
  woke(): void {
    this.#options.logger.info('the machine or this process has slept: connections are checked');
    this.relay.probe(PROBE_TIMEOUT);
    this.#links.woke();
    this.#options.onNetworkChange?.();
  }

  async close(): Promise<void> {
    this.#wake.stop();
    this.#interfaces?.stop();
    this.#lost.close();
    await this.#links.close();
    this.hops.close();
    this.udp?.close();
    await this.#direct.close();
    await this.relay.close();
  }

  /** Records whether a peer answers. Until a silent peer answers again, its presence at the relay doesn't count. */
  #trackSilence(peerId: PeerId): void {
    const state = this.link(peerId)?.state;
    if (state === 'doubtful') this.#silent.add(peerId);
    else if (state === 'up') this.#silent.delete(peerId);
  }

  /** Reports the newest change of a link's path, once. */
  #reportPath(peerId: PeerId): void {
    const change = this.#links.view(peerId)?.history.at(-1);
    if (change === undefined || this.#reportedPaths.get(peerId) === change) return;
    this.#reportedPaths.set(peerId, change);
    this.#options.onPathChange?.(peerId, change);
  }

  #linked(peerId: PeerId, path: string): void {
    const { peers, audit, logger } = this.#options;
    this.#lost.delete(peerId);
    try {
      peers.confirm(peerId);
    } catch (error) {
      logger.error('a pin could not be made permanent', { errorCode: errorCode(error) });
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
