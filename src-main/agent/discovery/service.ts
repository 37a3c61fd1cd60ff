import type { CallInput, DiscoveryView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import { LanTokens, MOST_TOKENS } from '#shared/lan/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  DiscoveryError,
  isNeighbour,
  mayConcern,
  questionPacket,
  readPacket,
  type LanAnnouncement,
  type LanInterface,
  type LanSocket,
  type LanSockets,
  type LanSource,
} from '#node/discovery/index.ts';
import type { SettingsStore } from '../core/store/index.ts';
import { SenderBudget } from './budget.ts';
import { FoundDevices } from './found.ts';
import { DISCOVERY_LIMITS } from './limits.ts';
import { epochOf, LanPresence, type PresenceFacts } from './presence.ts';

/** A paired device that may learn this one's address. */
export type DiscoveryPeer = Readonly<{ peerId: PeerId; staticKey: Uint8Array; lastSeenAt: number | null }>;

export type DiscoveryOptions = Readonly<{
  /** Undefined where there is no local network to speak to. */
  sockets: LanSockets | undefined;
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  settings: SettingsStore;
  /** All that may reach this device directly. */
  peers(): readonly DiscoveryPeer[];
  nameOf(peerId: PeerId): string | undefined;
  /** Port for direct connections; undefined while this device accepts none, and then announces nothing. */
  port(): number | undefined;
  /** Called when the displayed state has changed. */
  onChange(): void;
  /** A peer has been found at an address that was not known. */
  onFound(peerId: PeerId): void;
}>;

/** Port of mDNS; answers to everyone come from it (RFC 6762 section 5.2). */
const MDNS_PORT = 5353;
/** After the port could not be had, or broke, ms. */
const AGAIN = 60_000;
/** Between two looks at what has gone, ms. */
const LOOK = 15_000;

/**
 * Discovery in the local network (PROTOCOL section 8.4): announces this device so that only its peers recognise it, and
 * listens for others. Announcements prove nothing: for a recognised peer they are addresses to dial, where the
 * handshake decides; for all others they are only displayed.
 */
export class DiscoveryService {
  readonly #options: DiscoveryOptions;
  readonly #tokens: LanTokens;
  readonly #found: FoundDevices;
  readonly #budget: SenderBudget;
  readonly #presences = new Map<string, LanPresence>();
  #socket: LanSocket | undefined;
  #problem: string | null = null;
  /** Current announcement, to detect changes. */
  #said = '';
  /** Peers that can recognise the current announcement. */
  #told: ReadonlySet<PeerId> = new Set();
  /** The network is asked at the next refresh. */
  #asks = false;
  #started = false;
  #settling: Timer | undefined;
  #rotating: Timer | undefined;
  #looking: Timer | undefined;
  #again: Timer | undefined;
  /** Changes, one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: DiscoveryOptions) {
    const { crypto, identity, clock } = options;
    this.#options = options;
    this.#tokens = new LanTokens(crypto, identity);
    this.#found = new FoundDevices(clock);
    const { burst, perSecond, burstPerAddress, perSecondPerAddress } = DISCOVERY_LIMITS;
    this.#budget = new SenderBudget(clock, {
      each: { burst: burstPerAddress, perSecond: perSecondPerAddress },
      all: { burst, perSecond },
    });
  }

  get view(): DiscoveryView {
    const { sockets, settings, nameOf } = this.#options;
    const { enabled, showName } = settings.value.discovery;
    return {
      enabled,
      showName,
      state: enabled ? (this.#socket === undefined ? 'unavailable' : 'on') : 'off',
      problem: enabled && this.#started ? (sockets === undefined ? 'discovery.unavailable' : this.#problem) : null,
      networks: this.#presences.size,
      announced: this.#said !== '' && this.#presences.size > 0,
      devices: this.#found.list().map(({ id, address, port, name, peerId }) => ({
        id,
        address: `${address}:${port}`,
        name,
        peer: peerId === null ? null : { peerId, name: nameOf(peerId) ?? '' },
      })),
    };
  }

  /** Returns the `host:port` announced by a peer, newest first; unverified. */
  addressesOf(peerId: PeerId): readonly string[] {
    return this.#found.addressesOf(peerId);
  }

  /** `host:port` at which a peer may be now: of `addressesOf`, what nothing has refuted within the last minute. */
  hintsOf(peerId: PeerId): readonly string[] {
    return this.#found.hintsOf(peerId);
  }

  /** Reports whether a peer has answered a handshake at its announced address during the lifetime of that announcement. */
  isConfirmed(peerId: PeerId): boolean {
    return this.#found.isConfirmed(peerId);
  }

  /** Notes that a peer has answered a handshake at that address. */
  confirm(peerId: PeerId, address: string): void {
    if (this.#found.confirm(peerId, address)) this.#options.onChange();
  }

  /** Notes that a peer did not answer at that address; without one, that its session is lost or closed. */
  refute(peerId: PeerId, address?: string): void {
    if (this.#found.refute(peerId, address)) this.#options.onChange();
  }

  start(): void {
    this.#started = true;
    void this.refresh();
  }

  /** @throws {StoreError} `store.write` */
  async set({ enabled, showName }: CallInput<'discovery.set'>): Promise<DiscoveryView> {
    const { settings } = this.#options;
    const before = settings.value.discovery;
    const after = { enabled: enabled ?? before.enabled, showName: showName ?? before.showName };
    if (after.enabled !== before.enabled || after.showName !== before.showName) {
      settings.update((current) => ({ ...current, discovery: after }));
      await this.refresh();
    }
    return this.view;
  }

  /**
   * Announces again after peers, port, name or networks have changed: within a second, and at once where a peer must no
   * longer recognise this device.
   */
  changed(): void {
    if (!this.#started) return;
    const peers = new Set([...this.#options.peers()].map(({ peerId }) => peerId));
    if ([...this.#told].some((peerId) => !peers.has(peerId))) {
      void this.refresh();
      return;
    }
    if (this.#settling !== undefined) return;
    this.#settling = this.#options.clock.setTimer(DISCOVERY_LIMITS.settle, () => {
      this.#settling = undefined;
      void this.refresh();
    });
  }

  /**
   * Announces and listens again after sleep or a network change: others may have dropped this device, and it may have
   * missed packets.
   */
  woke(): void {
    if (!this.#started) return;
    this.#said = '';
    this.#asks = true;
    this.changed();
  }

  /**
   * Queries the network and listens for two seconds.
   * @throws {DiscoveryError} `discovery.off`, `discovery.port`, `discovery.unavailable`
   */
  async search(signal: AbortSignal): Promise<DiscoveryView> {
    await this.refresh();
    const { enabled } = this.#options.settings.value.discovery;
    if (!enabled) throw new DiscoveryError('discovery.off', 'looking for devices is turned off');
    if (this.#socket === undefined)
      throw new DiscoveryError(this.view.problem ?? 'discovery.unavailable', 'the local network cannot be asked');
    this.#ask();
    await this.#pause(DISCOVERY_LIMITS.search / 2, signal);
    this.#ask();
    await this.#pause(DISCOVERY_LIMITS.search / 2, signal);
    return this.view;
  }

  /** Ends it with a goodbye. */
  async close(): Promise<void> {
    this.#started = false;
    await this.refresh();
  }

  /** Adjusts announcing and listening to settings, networks, peers and port. Never rejects. */
  refresh(): Promise<void> {
    this.#last = this.#last
      .then(() => this.#refresh())
      .catch((error: unknown) => {
        this.#options.logger.warn('the local network could not be spoken to', { error: errorMessage(error) });
      });
    return this.#last;
  }

  async #refresh(): Promise<void> {
    const { sockets, settings, clock } = this.#options;
    this.#settling?.cancel();
    this.#settling = undefined;
    if (!this.#started || sockets === undefined || !settings.value.discovery.enabled) {
      this.#stop();
      this.#options.onChange();
      return;
    }
    const isNew = this.#socket === undefined;
    if (isNew && !(await this.#open(sockets))) return;
    const peers = [...this.#options.peers()].sort((a, b) => (b.lastSeenAt ?? 0) - (a.lastSeenAt ?? 0));
    await this.#tokens.prepare(peers);
    const known = new Set(peers.map(({ peerId }) => peerId));
    this.#told = known;
    for (const peerId of this.#found.peerIds) if (!known.has(peerId)) this.#found.forget(peerId);
    const socket = this.#socket;
    if (socket === undefined) return;
    const interfaces = sockets.interfaces();
    const others = this.#settle(socket, interfaces);
    const facts = this.#facts(peers.map(({ peerId }) => peerId));
    const said = facts === undefined ? '' : JSON.stringify(facts);
    const isOther = said !== this.#said;
    this.#said = said;
    for (const presence of this.#presences.values()) {
      if (isOther || others.has(presence) || !presence.isCurrent) presence.announce(facts);
    }
    if (isNew || others.size > 0 || this.#asks) this.#ask();
    this.#asks = false;
    this.#rotating?.cancel();
    const early = ((this.#options.crypto.randomBytes(1)[0] ?? 0) / 256) * DISCOVERY_LIMITS.jitter;
    this.#rotating = clock.setTimer(DISCOVERY_LIMITS.rotation - early, () => this.#rotate());
    this.#look();
    this.#options.onChange();
  }

  /** Replaces salt and tokens of the announcement, so that no one can track this device by them. */
  #rotate(): void {
    this.#said = '';
    void this.refresh();
  }

  async #open(sockets: LanSockets): Promise<boolean> {
    const { logger } = this.#options;
    this.#again?.cancel();
    try {
      this.#socket = await sockets.open({
        onPacket: (packet, source) => this.#receive(packet, source),
        onBroken: () => {
          this.#stop();
          this.#retryLater();
          this.#options.onChange();
        },
      });
      this.#problem = null;
      return true;
    } catch (error) {
      this.#problem = errorCode(error);
      logger.info('the local network cannot be heard', { errorCode: this.#problem });
      this.#retryLater();
      this.#options.onChange();
      return false;
    }
  }

  #retryLater(): void {
    this.#again?.cancel();
    this.#again = this.#options.clock.setTimer(AGAIN, () => void this.refresh());
  }

  /** Follows the interfaces. @returns what is new among the presences */
  #settle(socket: LanSocket, interfaces: readonly LanInterface[]): ReadonlySet<LanPresence> {
    const { crypto, clock } = this.#options;
    const added = new Set<LanPresence>();
    const keys = new Map(interfaces.map((one) => [`${one.name} ${one.address}/${one.prefix}`, one]));
    for (const [key, presence] of this.#presences) {
      if (keys.has(key)) continue;
      // No goodbye: what is there now may be another network, which would learn where this device was.
      presence.leave();
      this.#presences.delete(key);
    }
    for (const [key, one] of keys) {
      if (this.#presences.has(key)) continue;
      const presence = new LanPresence({ crypto, clock, tokens: this.#tokens, socket, interface: one });
      this.#presences.set(key, presence);
      added.add(presence);
    }
    // One network more says nothing about those that are left; but with none left, nothing that was found is there.
    if (this.#presences.size === added.size) this.#found.clear();
    socket.join(interfaces.map(({ address }) => address));
    return added;
  }

  #facts(peers: readonly PeerId[]): PresenceFacts | undefined {
    const { port, settings } = this.#options;
    const listening = port();
    if (listening === undefined) return undefined;
    const { discovery, deviceName } = settings.value;
    return {
      port: listening,
      name: discovery.showName ? deviceName : undefined,
      peers: peers.slice(0, MOST_TOKENS).sort(),
    };
  }

  #ask(): void {
    const packet = questionPacket();
    for (const { interface: one } of this.#presences.values()) void this.#socket?.send(packet, one.address);
  }

  #receive(packet: Uint8Array, { address, port }: LanSource): void {
    if (!mayConcern(packet)) return;
    // Not of a neighbour: it came from elsewhere, or its sender says so.
    const presence = [...this.#presences.values()].find((one) => isNeighbour(address, one.interface));
    if (presence === undefined || port !== MDNS_PORT || !this.#budget.take(address)) return;
    let changed = false;
    for (const heard of readPacket(packet)) {
      switch (heard.kind) {
        case 'question':
          presence.answer();
          break;
        case 'goodbye':
          changed = this.#found.remove(address, heard.instance) || changed;
          break;
        case 'announcement':
          changed = this.#hear(address, heard.announcement, heard.lifetime) || changed;
          break;
      }
    }
    if (changed) this.#options.onChange();
  }

  #hear(address: string, announcement: LanAnnouncement, lifetime: number): boolean {
    const { clock, onFound } = this.#options;
    const { tokens, salt, port } = announcement;
    const peerId = this.#tokens.recognise(tokens, { epoch: epochOf(clock), salt, address, port });
    const changed = this.#found.add(address, announcement, lifetime, peerId);
    if (changed && peerId !== undefined) onFound(peerId);
    return changed;
  }

  #look(): void {
    this.#looking?.cancel();
    this.#looking = this.#options.clock.setTimer(LOOK, () => {
      if (this.#found.expire()) this.#options.onChange();
      this.#look();
    });
  }

  #stop(): void {
    for (const timer of [this.#rotating, this.#looking, this.#again]) timer?.cancel();
    for (const presence of this.#presences.values()) presence.goodbye();
    this.#presences.clear();
    this.#socket?.close();
    this.#socket = undefined;
    this.#said = '';
    this.#found.clear();
  }

  #pause(time: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        timer.cancel();
        reject(signal.reason as Error);
      };
      const timer = this.#options.clock.setTimer(time, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
