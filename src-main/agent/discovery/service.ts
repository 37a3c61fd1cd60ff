import type { CallInput, DiscoveryView, PeerSystem } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import { LanTokens, MOST_TOKENS } from '#shared/lan/index.ts';
import { nameKeys } from '#shared/visible-text/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  DiscoveryError,
  isNeighbour,
  containsServiceName,
  hostQuestionPacket,
  questionPacket,
  readPacket,
  type LanAnnouncement,
  type LanInterface,
  type LanSocket,
  type LanSockets,
  type LanSource,
} from '#node/discovery/index.ts';
import type { SettingsStore } from '../core/store/index.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import { DiscoveredDevices, type DiscoveredDevice } from './discovered-devices.ts';
import { HostLookups } from './host-lookups.ts';
import { DISCOVERY_LIMITS } from './limits.ts';
import { epochOf, LanAnnouncer, type AnnouncementFacts } from './lan-announcer.ts';

/** Peer that may learn this device's address in the local network. */
export type DiscoveryPeer = Readonly<{ peerId: PeerId; staticKey: Uint8Array; lastSeenAt: number | null }>;

/** Dependencies of the discovery service. */
export type DiscoveryOptions = Readonly<{
  /** Sockets for multicast DNS; undefined if this machine has no local network. */
  sockets: LanSockets | undefined;
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  /** Operating system of this device; undefined: none is announced. */
  system: PeerSystem | undefined;
  clock: Clock;
  logger: Logger;
  settings: SettingsStore;
  /** Returns the peers that may connect to this device directly. */
  peers(): readonly DiscoveryPeer[];
  nameOf(peerId: PeerId): string | undefined;
  /** Reports whether a peer that is online was reached at this `host:port`. */
  isPeersAddress(address: string): boolean;
  /** Returns the port for direct connections; undefined if this device doesn't listen. It then announces nothing. */
  port(): number | undefined;
  /** Returns the nameplates of this device's open pairing codes. */
  invitations(): readonly string[];
  /** Measures the round trip to an address, ms; undefined if nothing answers. */
  measure(address: string): Promise<number | undefined>;
  /** Called when the displayed state has changed. */
  onChange(): void;
  /** Called when a peer is found at a new address. */
  onFound(peerId: PeerId): void;
}>;

/** Joiner that looks for the devices which announce a nameplate. */
type Watcher = Readonly<{ nameplate: string; found: (address: string) => void }>;

/** Port of mDNS. Multicast answers come from it (RFC 6762 section 5.2). */
const MDNS_PORT = 5353;
/** Delay before the mDNS port is opened again after a failure, ms. */
const RETRY_DELAY = 60_000;
/** Most further addresses of one machine in a view. */
const MOST_ADDRESSES = 8;
/** Interval between removals of expired devices, ms. */
const EXPIRY_INTERVAL = 15_000;

/**
 * Discovery in the local network over mDNS (PROTOCOL section 8.4). Announces this device so that only its peers recognize it, and listens for other
 * devices. Announcements prove nothing: a recognized peer's address is dialed, and the handshake decides; other devices are only displayed. One per
 * agent, created by the network module. Keeps what it finds in memory.
 */
export class DiscoveryService {
  readonly #options: DiscoveryOptions;
  readonly #tokens: LanTokens;
  /** Mark of this device, announced with its name; another one after each start of the agent. */
  readonly #mark: string;
  readonly #devices: DiscoveredDevices;
  readonly #budget: SenderBudget;
  /** Budget of packets beyond the other one that may contain a nameplate for which a person looks. */
  readonly #invitationBudget: SenderBudget;
  /** Budget of packets from this machine, most of which are echoes. */
  readonly #ownBudget: SenderBudget;
  readonly #presences = new Map<string, LanAnnouncer>();
  #socket: LanSocket | undefined;
  #problem: string | null = null;
  /** Facts of the current announcement as JSON, to detect changes; empty for none. */
  #announced = '';
  /** Peers that can recognize the current announcement. */
  #recognizers: ReadonlySet<PeerId> = new Set();
  /** Joiners that look for a nameplate. */
  readonly #watchers = new Set<Watcher>();
  readonly #hosts = new HostLookups();
  /** Round trips to devices that aren't peers, by address, measured for a person who looks at the list; ms. */
  readonly #roundTrips = new Map<string, number>();
  /** True if the next refresh sends a query. */
  #queryPending = false;
  #started = false;
  #settling: Timer | undefined;
  #rotating: Timer | undefined;
  #expiring: Timer | undefined;
  #retrying: Timer | undefined;
  /** End of the last refresh. Refreshes run one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: DiscoveryOptions) {
    const { crypto, identity, clock } = options;
    this.#options = options;
    this.#tokens = new LanTokens(crypto, identity);
    this.#mark = toHex(crypto.randomBytes(8));
    this.#devices = new DiscoveredDevices(clock);
    const { burst, perSecond, burstPerAddress, perSecondPerAddress } = DISCOVERY_LIMITS;
    this.#budget = new SenderBudget(clock, {
      each: { burst: burstPerAddress, perSecond: perSecondPerAddress },
      all: { burst, perSecond },
    });
    const { invitations } = DISCOVERY_LIMITS;
    this.#invitationBudget = new SenderBudget(clock, { each: invitations, all: invitations });
    this.#ownBudget = new SenderBudget(clock, { each: { burst, perSecond }, all: { burst, perSecond } });
  }

  /** Discovery as user interfaces show it. */
  get view(): DiscoveryView {
    const { sockets, settings, nameOf } = this.#options;
    const { enabled } = settings.value.discovery;
    const names = this.#namesOfPeers();
    return {
      enabled,
      showName: this.#showsName,
      state: enabled ? (this.#socket === undefined ? 'unavailable' : 'on') : 'off',
      problem: enabled && this.#started ? (sockets === undefined ? 'discovery.unavailable' : this.#problem) : null,
      networks: this.#presences.size,
      announced: this.#announced !== '' && this.#presences.size > 0,
      devices: machinesOf(this.#devices.list().filter((device) => !this.#isProbablyPeer(device))).map((entries) => {
        const [{ id, name, system, peerId }] = entries;
        const [address = '', ...others] = entries.map((one) => `${one.address}:${one.port}`);
        const times = [address, ...others].flatMap((one) => this.#roundTrips.get(one) ?? []);
        return {
          id,
          address,
          ...(others.length > 0 && { others: others.slice(0, MOST_ADDRESSES) }),
          ...shownName(name, names),
          ...(system === undefined ? {} : { system }),
          peer: peerId === null ? null : { peerId, name: nameOf(peerId) ?? '' },
          inviting: entries.some(({ invitations }) => invitations.length > 0),
          roundTrip: times.length === 0 ? null : Math.min(...times),
        };
      }),
    };
  }

  /**
   * Reports whether an unrecognized device announces itself where a peer that is online was reached before: a peer that doesn't name itself to this
   * device, such as one that connects through the relay only. It isn't offered for pairing, unless it shows a code.
   */
  #isProbablyPeer({ peerId, address, port, invitations }: DiscoveredDevice): boolean {
    return peerId === null && invitations.length === 0 && this.#options.isPeersAddress(`${address}:${port}`);
  }

  /** Returns each `host:port` that a peer has announced, newest first. Unverified. */
  addressesOf(peerId: PeerId): readonly string[] {
    return this.#devices.addressesOf(peerId);
  }

  /** Returns the addresses at which the peer probably answers: those of `addressesOf` that nothing has refuted within the last minute. */
  likelyAddressesOf(peerId: PeerId): readonly string[] {
    return this.#devices.likelyAddressesOf(peerId);
  }

  /** Reports whether a peer has completed a handshake at an announced address while the announcement was valid. */
  isConfirmed(peerId: PeerId): boolean {
    return this.#devices.isConfirmed(peerId);
  }

  /** Records that a peer has completed a handshake at that address. */
  confirm(peerId: PeerId, address: string): void {
    if (this.#devices.confirm(peerId, address)) this.#options.onChange();
  }

  /**
   * Records that a peer did not answer at that address.
   * @param address undefined: the peer's session was lost or closed
   * @param began monotonic time at which the dial began, ms; an address announced since then isn't refuted
   */
  refute(peerId: PeerId, address?: string, began?: number): void {
    if (this.#devices.refute(peerId, address, began)) this.#options.onChange();
  }

  start(): void {
    this.#started = true;
    void this.refresh();
  }

  /** Changes the person's settings. @throws {StoreError} `store.write` */
  async set({ enabled, showName }: CallInput<'discovery.set'>): Promise<DiscoveryView> {
    const { settings } = this.#options;
    const before = settings.value.discovery;
    const after = {
      ...before,
      enabled: enabled ?? before.enabled,
      ...(showName === undefined ? {} : { showName, nameChosen: true as const }),
    };
    if (JSON.stringify(after) !== JSON.stringify(before)) {
      settings.update((current) => ({ ...current, discovery: after }));
      await this.refresh();
    }
    return this.view;
  }

  /**
   * Updates the announcement. Called after peers, port, name or networks have changed. Takes up to a second, but acts at once if a peer must no
   * longer recognize this device.
   */
  changed(): void {
    if (!this.#started) return;
    const peers = new Set([...this.#options.peers()].map(({ peerId }) => peerId));
    if ([...this.#recognizers].some((peerId) => !peers.has(peerId))) {
      void this.refresh();
      return;
    }
    if (this.#settling !== undefined) return;
    this.#settling = this.#options.clock.setTimer(DISCOVERY_LIMITS.settle, () => {
      this.#settling = undefined;
      void this.refresh();
    });
  }

  /** Announces and listens again. Called after sleep or a change of network, when other devices may have dropped this one. */
  woke(): void {
    if (!this.#started) return;
    this.#announced = '';
    this.#queryPending = true;
    this.changed();
  }

  /**
   * Queries the network twice and waits two seconds for answers.
   * @param measure also measures the round trip to the devices found that aren't peers, for a person who looks at the list
   * @throws {DiscoveryError} `discovery.off`, `discovery.port`, `discovery.unavailable`
   */
  async search(signal: AbortSignal, measure = false): Promise<DiscoveryView> {
    await this.refresh();
    const { enabled } = this.#options.settings.value.discovery;
    if (!enabled) throw new DiscoveryError('discovery.off', 'discovery is turned off');
    if (this.#socket === undefined)
      throw new DiscoveryError(this.view.problem ?? 'discovery.unavailable', 'the local network cannot be searched');
    this.#query();
    await this.#pause(DISCOVERY_LIMITS.search / 2, signal);
    this.#query();
    await this.#pause(DISCOVERY_LIMITS.search / 2, signal);
    if (measure) await this.#measure();
    return this.view;
  }

  /** Calls `found` for each address at which a device announces that nameplate, now and until the returned function is called. */
  watchInvitation(nameplate: string, found: (address: string) => void): () => void {
    const watcher: Watcher = { nameplate, found };
    this.#watchers.add(watcher);
    for (const address of this.#devices.inviting(nameplate)) found(address);
    return () => void this.#watchers.delete(watcher);
  }

  /** Reports whether announcements of at least one local network are received. */
  get hears(): boolean {
    return this.#socket !== undefined && this.#presences.size > 0;
  }

  /** Asks the local networks for the addresses of `NAME.local`. @returns none if no one answers before the signal aborts, or nothing is heard */
  async findHost(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const socket = this.#socket;
    if (socket === undefined || !this.hears) return [];
    const found = this.#hosts.wait(name, signal);
    const packet = hostQuestionPacket(name);
    for (const { interface: one } of this.#presences.values()) void socket.send(packet, one.address);
    return await found;
  }

  /** Asks the local networks for announcements. */
  ask(): void {
    this.#query();
  }

  /** Announces at once that pairing codes were opened or closed. */
  invitationsChanged(): void {
    if (this.#started) void this.refresh();
  }

  /**
   * Reports whether this device announces its name: as the person has chosen, else while it shows a code or has no peers, so that the person at the
   * other machine finds it.
   */
  get #showsName(): boolean {
    const { settings, peers, invitations } = this.#options;
    const { showName, nameChosen } = settings.value.discovery;
    return nameChosen === true ? showName : showName || invitations().length > 0 || peers().length === 0;
  }

  /** Returns the keys of the peers' names, with the name of each. */
  #namesOfPeers(): ReadonlyMap<string, string> {
    const { peers, nameOf } = this.#options;
    const names = peers().flatMap(({ peerId }) => nameOf(peerId) ?? []);
    return new Map(names.flatMap((name) => nameKeys(name).map((key) => [key, name] as const)));
  }

  async #measure(): Promise<void> {
    const { measure, onChange } = this.#options;
    const strangers = this.#devices.list().filter(({ peerId }) => peerId === null);
    // Those that were silent before come last.
    const chosen = [...strangers].sort((a, b) => Number(a.isSilent === true) - Number(b.isSilent === true));
    this.#roundTrips.clear();
    await Promise.all(
      chosen.slice(0, DISCOVERY_LIMITS.measured).map(async ({ id, address, port }) => {
        const time = await measure(`${address}:${port}`);
        this.#devices.measured(id, time !== undefined);
        if (time !== undefined) this.#roundTrips.set(`${address}:${port}`, time);
      }),
    );
    onChange();
  }

  /** Withdraws the announcements and closes the socket. */
  async close(): Promise<void> {
    this.#started = false;
    await this.refresh();
  }

  /** Adjusts announcing and listening to settings, networks, peers and port. Never rejects. */
  refresh(): Promise<void> {
    this.#last = this.#last
      .then(() => this.#refresh())
      .catch((error: unknown) => {
        this.#options.logger.warn('discovery in the local network failed', { error: errorMessage(error) });
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
    this.#recognizers = known;
    for (const peerId of this.#devices.peerIds) if (!known.has(peerId)) this.#devices.forget(peerId);
    const socket = this.#socket;
    if (socket === undefined) return;
    const interfaces = sockets.interfaces();
    const others = this.#settle(socket, interfaces);
    const facts = this.#facts(peers.map(({ peerId }) => peerId));
    const announced = facts === undefined ? '' : JSON.stringify(facts);
    const isOther = announced !== this.#announced;
    this.#announced = announced;
    for (const presence of this.#presences.values()) {
      if (isOther || others.has(presence) || !presence.isCurrent) presence.announce(facts);
    }
    if (isNew || others.size > 0 || this.#queryPending) this.#query();
    this.#queryPending = false;
    this.#rotating?.cancel();
    const early = ((this.#options.crypto.randomBytes(1)[0] ?? 0) / 256) * DISCOVERY_LIMITS.jitter;
    this.#rotating = clock.setTimer(DISCOVERY_LIMITS.rotation - early, () => this.#rotate());
    this.#scheduleExpiry();
    this.#options.onChange();
  }

  /** Replaces salt and tokens of the announcement, so that no one can track this device by them. */
  #rotate(): void {
    this.#announced = '';
    void this.refresh();
  }

  async #open(sockets: LanSockets): Promise<boolean> {
    const { logger } = this.#options;
    this.#retrying?.cancel();
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
      logger.info('the mDNS port could not be opened', { errorCode: this.#problem });
      this.#retryLater();
      this.#options.onChange();
      return false;
    }
  }

  #retryLater(): void {
    this.#retrying?.cancel();
    this.#retrying = this.#options.clock.setTimer(RETRY_DELAY, () => void this.refresh());
  }

  /** Starts and stops an announcer per network interface. @returns the new ones */
  #settle(socket: LanSocket, interfaces: readonly LanInterface[]): ReadonlySet<LanAnnouncer> {
    const { crypto, clock } = this.#options;
    const added = new Set<LanAnnouncer>();
    const keys = new Map(interfaces.map((one) => [`${one.name} ${one.address}/${one.prefix}`, one]));
    for (const [key, presence] of this.#presences) {
      if (keys.has(key)) continue;
      // No goodbye: the interface may be in another network by now, which would learn of the earlier one.
      presence.leave();
      this.#presences.delete(key);
    }
    for (const [key, one] of keys) {
      if (this.#presences.has(key)) continue;
      const presence = new LanAnnouncer({ crypto, clock, tokens: this.#tokens, socket, interface: one });
      this.#presences.set(key, presence);
      added.add(presence);
    }
    // If all networks are new, the devices found before are in none of them.
    if (this.#presences.size === added.size) this.#devices.clear();
    socket.join(interfaces.map(({ address }) => address));
    return added;
  }

  #facts(peers: readonly PeerId[]): AnnouncementFacts | undefined {
    const { port, settings, invitations } = this.#options;
    const listening = port();
    if (listening === undefined) return undefined;
    const { deviceName } = settings.value;
    return {
      port: listening,
      name: this.#showsName ? deviceName : undefined,
      named: { system: this.#options.system, mark: this.#mark },
      invitations: invitations(),
      peers: peers.slice(0, MOST_TOKENS).sort(),
    };
  }

  #query(): void {
    const packet = questionPacket();
    for (const { interface: one } of this.#presences.values()) void this.#socket?.send(packet, one.address);
  }

  #receive(packet: Uint8Array, { address, port }: LanSource): void {
    // The source address must be in one of this machine's networks.
    const presences = [...this.#presences.values()];
    if (port === MDNS_PORT && presences.some((one) => isNeighbour(address, one.interface))) this.#hosts.receive(packet);
    if (!containsServiceName(packet)) return;
    if (presences.some((one) => one.interface.address === address)) {
      if (port === MDNS_PORT && this.#ownBudget.take(address)) this.#receiveOwn(packet, address);
      return;
    }
    const presence = presences.find((one) => isNeighbour(address, one.interface));
    if (presence === undefined || port !== MDNS_PORT) return;
    if (!this.#budget.take(address)) {
      this.#findInvitation(packet, address);
      return;
    }
    let changed = false;
    for (const heard of readPacket(packet)) {
      switch (heard.kind) {
        case 'question':
          presence.answer();
          break;
        case 'goodbye':
          changed = this.#devices.handleGoodbye(address, heard.instance) || changed;
          break;
        case 'announcement':
          changed = this.#handleAnnouncement(address, heard.announcement, heard.lifetime) || changed;
          break;
      }
    }
    if (changed) this.#options.onChange();
  }

  /** Handles a packet from this machine: the echo of an own one, or an announcement of another profile, which listens on another port. */
  #receiveOwn(packet: Uint8Array, address: string): void {
    let changed = false;
    for (const heard of readPacket(packet)) {
      // Another profile may look for the code that is shown here.
      if (heard.kind === 'question' && this.#options.invitations().length > 0)
        for (const presence of this.#presences.values()) presence.answer();
      if (heard.kind === 'goodbye') changed = this.#devices.handleGoodbye(address, heard.instance) || changed;
      if (heard.kind === 'announcement' && heard.announcement.port !== this.#options.port())
        changed = this.#handleAnnouncement(address, heard.announcement, heard.lifetime) || changed;
    }
    if (changed) this.#options.onChange();
  }

  /** Looks in a packet beyond the budget, which a flood may have used up, only for a nameplate that a person has typed. */
  #findInvitation(packet: Uint8Array, address: string): void {
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    const watchers = [...this.#watchers].filter(({ nameplate }) => bytes.includes(nameplate, 0, 'latin1'));
    if (watchers.length === 0 || !this.#invitationBudget.take('')) return;
    for (const heard of readPacket(packet)) {
      if (heard.kind !== 'announcement') continue;
      const { invitations, port } = heard.announcement;
      for (const { nameplate, found } of watchers)
        if (invitations?.includes(nameplate) === true) found(`${address}:${port}`);
    }
  }

  #handleAnnouncement(address: string, announcement: LanAnnouncement, lifetime: number): boolean {
    const { clock, onFound } = this.#options;
    const { tokens, salt, port } = announcement;
    const peerId = this.#tokens.recognise(tokens, { epoch: epochOf(clock), salt, address, port });
    const changed = this.#devices.add(address, announcement, lifetime, peerId);
    // Independent of the list, in which a flood may have left no room.
    for (const { nameplate, found } of this.#watchers)
      if (announcement.invitations?.includes(nameplate) === true) found(`${address}:${port}`);
    if (changed && peerId !== undefined) onFound(peerId);
    return changed;
  }

  #scheduleExpiry(): void {
    this.#expiring?.cancel();
    this.#expiring = this.#options.clock.setTimer(EXPIRY_INTERVAL, () => {
      if (this.#devices.expire()) this.#options.onChange();
      this.#scheduleExpiry();
    });
  }

  #stop(): void {
    for (const timer of [this.#rotating, this.#expiring, this.#retrying]) timer?.cancel();
    for (const presence of this.#presences.values()) presence.goodbye();
    this.#presences.clear();
    this.#socket?.close();
    this.#socket = undefined;
    this.#announced = '';
    this.#devices.clear();
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

/** Entries of one machine, in the order of their addresses. */
type Machine = readonly [DiscoveredDevice, ...DiscoveredDevice[]];

/**
 * Groups the entries of each unknown machine that announces one name and mark at several addresses. Anyone can copy both, which only adds an address to
 * what is shown: pairing proves the machine.
 */
function machinesOf(devices: readonly DiscoveredDevice[]): readonly Machine[] {
  const machines = new Map<string, Machine>();
  for (const device of devices) {
    const { id, name, mark, peerId } = device;
    const key = peerId !== null || name === null || mark === undefined ? id : `${mark} ${name}`;
    const known = machines.get(key);
    machines.set(key, known === undefined ? [device] : [...known, device]);
  }
  return [...machines.values()];
}

/** Returns the name of an unknown device for display. One that people confuse with a peer's isn't shown: `alike` names the peer. */
function shownName(
  name: string | null,
  peers: ReadonlyMap<string, string>,
): Readonly<{ name: string | null; alike?: string }> {
  if (name === null || peers.size === 0) return { name };
  const key = nameKeys(name).find((one) => peers.has(one));
  const alike = key === undefined ? undefined : peers.get(key);
  return alike === undefined ? { name } : { name: null, alike };
}
