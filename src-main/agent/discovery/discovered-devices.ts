import type { Clock } from '#shared/clock.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LanAnnouncement } from '#node/discovery/index.ts';
import { DISCOVERY_LIMITS } from './limits.ts';

/**
 * Device that announced itself in the local network, as a peer or unknown. The announcement proves nothing: only a handshake at its address proves
 * that the peer is there.
 */
export type DiscoveredDevice = Readonly<{
  /** ID for user interfaces, constant while the device is shown. */
  id: string;
  address: string;
  port: number;
  /** Announced name, cleaned for display; null for none and for peers, whose name this device knows. */
  name: string | null;
  /** Announced operating system; undefined for none. Proves nothing, as the name. */
  system?: LanAnnouncement['system'];
  /** Mark that the device announces in all its networks, with its name; undefined for none. */
  mark?: LanAnnouncement['mark'];
  /** Peer recognized by its token in the announcement (PROTOCOL section 8.4); null for unknown devices. */
  peerId: PeerId | null;
  /** Nameplates of pairing codes that the device announces; anyone can announce any. */
  invitations: readonly string[];
  /** Time at which the announcement expires, monotonic, ms. */
  until: number;
  /** True if nothing answered at the address when its round trip was measured. */
  isSilent?: boolean;
}>;

/**
 * Address at which a peer has announced itself. A completed handshake confirms the address. A failed dial, a lost session or a goodbye refutes it,
 * until the peer announces it again or answers there.
 */
type PeerAddress = DiscoveredDevice &
  Readonly<{
    /** mDNS instance name of the announcement, which a goodbye repeats. */
    instance: string;
    /** Time until which the confirmation counts, monotonic, ms: the end of the announcement that was valid at the handshake. */
    confirmedUntil: number;
    /** Time until which the peer isn't expected at this address, monotonic, ms; undefined if nothing refutes the address. */
    refutedUntil: number | undefined;
    /** Time of the last announcement, monotonic, ms. */
    announcedAt: number;
  }>;

/**
 * Devices that announced themselves in the local network, and the outcome of dials to them. `DiscoveryService` holds one, adds what it hears and
 * answers the network module's questions from it. In memory only. Unknown devices share a limited number of entries; peers have entries of their own.
 */
export class DiscoveredDevices {
  readonly #clock: Clock;
  /** Unknown devices by address and instance, in the order of their last announcement. */
  readonly #strangers = new Map<string, DiscoveredDevice>();
  readonly #peers = new Map<PeerId, Map<string, PeerAddress>>();
  #next = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Adds or renews the entry of an announcement.
   * @param lifetime seconds, as announced
   * @param peerId peer recognized by its token; undefined for an unknown device
   * @returns true if the list of devices has changed
   */
  add(address: string, announcement: LanAnnouncement, lifetime: number, peerId: PeerId | undefined): boolean {
    this.expire();
    const { instance, port } = announcement;
    const until = this.#clock.monotonic() + Math.min(lifetime, DISCOVERY_LIMITS.lifetime) * 1000;
    const key = `${address} ${instance}`;
    const invitations = announcement.invitations ?? [];
    if (peerId !== undefined) return this.#addPeer(peerId, { address, port, until, instance, invitations });
    const name = announcement.name === undefined ? null : cleanName(announcement.name) || null;
    const before = this.#strangers.get(key);
    // New entries replace only silent ones, so that a flood of announcements hides no device that is there.
    if (before === undefined && !this.#hasRoom(address)) return false;
    this.#strangers.delete(key);
    this.#strangers.set(key, {
      id: before?.id ?? this.#id(),
      address,
      port,
      name,
      ...(name !== null && { system: announcement.system, mark: announcement.mark }),
      peerId: null,
      invitations,
      until,
      isSilent: before?.isSilent === true && before.port === port,
    });
    return (
      before === undefined ||
      before.port !== port ||
      before.name !== name ||
      before.system !== announcement.system ||
      before.mark !== announcement.mark ||
      before.invitations.join(',') !== invitations.join(',')
    );
  }

  /**
   * Handles a goodbye. An unknown device is removed. A peer's address is only refuted and can still be dialed, since anyone can send a goodbye in a
   * peer's name.
   * @param instance mDNS instance name of the announcement that ends
   * @returns true if the list of devices has changed
   */
  handleGoodbye(address: string, instance: string): boolean {
    let changed = this.#strangers.delete(`${address} ${instance}`);
    for (const [peerId, addresses] of this.#peers) {
      for (const known of addresses.values()) {
        if (known.address !== address || known.instance !== instance) continue;
        changed = this.refute(peerId, `${address}:${known.port}`) || changed;
      }
    }
    return changed;
  }

  /** Returns each `host:port` at which the peer has announced itself: newest first, refuted ones last. */
  addressesOf(peerId: PeerId): readonly string[] {
    const addresses = this.#liveAddresses(peerId);
    return [...addresses.filter((known) => !isRefuted(known)), ...addresses.filter(isRefuted)].map(addressOf);
  }

  /** Returns the addresses at which the peer probably answers: those of `addressesOf` that nothing has refuted within the last minute. */
  likelyAddressesOf(peerId: PeerId): readonly string[] {
    const now = this.#clock.monotonic();
    return this.#liveAddresses(peerId)
      .filter(({ refutedUntil }) => refutedUntil === undefined || refutedUntil <= now)
      .map(addressOf);
  }

  /** Reports whether the peer has completed a handshake at an announced address, and nothing has refuted that address since. */
  isConfirmed(peerId: PeerId): boolean {
    const now = this.#clock.monotonic();
    return this.#liveAddresses(peerId).some((known) => !isRefuted(known) && known.confirmedUntil > now);
  }

  /** Records that the peer has completed a handshake at that address. @returns true if the address wasn't confirmed before */
  confirm(peerId: PeerId, address: string): boolean {
    const known = this.#peers.get(peerId)?.get(address);
    if (known === undefined) return false;
    this.#peers.get(peerId)?.set(address, { ...known, confirmedUntil: known.until, refutedUntil: undefined });
    return isRefuted(known) || known.confirmedUntil !== known.until;
  }

  /**
   * Records that the peer did not answer at an address.
   * @param address undefined: all addresses of the peer
   * @param began monotonic time at which the dial began, ms; an address announced since then isn't refuted
   * @returns true if the list of devices has changed
   */
  refute(peerId: PeerId, address?: string, began?: number): boolean {
    const addresses = this.#peers.get(peerId) ?? new Map<string, PeerAddress>();
    const refutedUntil = this.#clock.monotonic() + DISCOVERY_LIMITS.refuted;
    let changed = false;
    for (const [key, known] of addresses) {
      if (address !== undefined && key !== address) continue;
      if (began !== undefined && known.announcedAt > began) continue;
      changed ||= !isRefuted(known);
      addresses.set(key, { ...known, confirmedUntil: 0, refutedUntil });
    }
    return changed;
  }

  /** Returns the devices: peers first, then others in the order of their addresses. */
  list(): readonly DiscoveredDevice[] {
    this.expire();
    const peers = [...this.#peers.values()].flatMap((addresses) =>
      [...addresses.values()].filter((known) => !isRefuted(known)).slice(-1),
    );
    return [...peers, ...[...this.#strangers.values()].sort((a, b) => compare(a.address, b.address))];
  }

  /** Records whether something has answered at the address of an unknown device. */
  measured(id: string, hasAnswered: boolean): void {
    for (const [key, one] of this.#strangers)
      if (one.id === id) this.#strangers.set(key, { ...one, isSilent: !hasAnswered });
  }

  /** Returns each `host:port` that announces a pairing code with this nameplate. */
  inviting(nameplate: string): readonly string[] {
    return this.list()
      .filter(({ invitations }) => invitations.includes(nameplate))
      .map(addressOf);
  }

  /** Removes expired entries. @returns true if there were any */
  expire(): boolean {
    const now = this.#clock.monotonic();
    let changed = false;
    for (const [key, { until }] of this.#strangers) if (until <= now) changed = this.#strangers.delete(key);
    for (const [peerId, addresses] of this.#peers) {
      for (const [key, { until }] of addresses) if (until <= now) changed = addresses.delete(key);
      if (addresses.size === 0) this.#peers.delete(peerId);
    }
    return changed;
  }

  /** Removes the entries of a device that is no longer a peer. @returns true if there were any */
  forget(peerId: PeerId): boolean {
    return this.#peers.delete(peerId);
  }

  /** Peers that have entries. */
  get peerIds(): readonly PeerId[] {
    return [...this.#peers.keys()];
  }

  /** Removes all entries. */
  clear(): void {
    this.#strangers.clear();
    this.#peers.clear();
  }

  #addPeer(
    peerId: PeerId,
    {
      address,
      port,
      until,
      instance,
      invitations,
    }: Pick<PeerAddress, 'address' | 'port' | 'until' | 'instance' | 'invitations'>,
  ): boolean {
    const addresses = this.#peers.get(peerId) ?? new Map<string, PeerAddress>();
    this.#peers.set(peerId, addresses);
    const key = `${address}:${port}`;
    const before = addresses.get(key);
    addresses.delete(key);
    // A new announcement doesn't extend the confirmation.
    const confirmedUntil = before?.confirmedUntil ?? 0;
    const id = before?.id ?? this.#id();
    addresses.set(key, {
      id,
      address,
      port,
      name: null,
      peerId,
      invitations,
      until,
      instance,
      confirmedUntil,
      refutedUntil: undefined,
      announcedAt: this.#clock.monotonic(),
    });
    // Remove the entry from the time before the pairing.
    for (const [other, one] of this.#strangers) {
      if (one.address === address && one.port === port) this.#strangers.delete(other);
    }
    const [oldest] = addresses.keys();
    if (addresses.size > DISCOVERY_LIMITS.addressesPerPeer && oldest !== undefined) addresses.delete(oldest);
    const isInviting = before?.invitations.join(',') !== invitations.join(',');
    return before === undefined || isRefuted(before) || isInviting;
  }

  /** Returns the addresses of a peer that have not expired, newest first. */
  #liveAddresses(peerId: PeerId): readonly PeerAddress[] {
    const now = this.#clock.monotonic();
    return [...(this.#peers.get(peerId)?.values() ?? [])].filter(({ until }) => until > now).toReversed();
  }

  #hasRoom(address: string): boolean {
    if (this.#strangers.size >= DISCOVERY_LIMITS.strangers) {
      const silent = [...this.#strangers].find(([, { isSilent }]) => isSilent === true);
      if (silent === undefined) return false;
      this.#strangers.delete(silent[0]);
    }
    const ofAddress = [...this.#strangers.values()].filter((one) => one.address === address);
    if (ofAddress.length < DISCOVERY_LIMITS.strangersPerAddress) return true;
    // A device replaces its own earlier announcement, which may not have expired yet.
    const oldest = [...this.#strangers].find(([, one]) => one.address === address);
    if (oldest !== undefined) this.#strangers.delete(oldest[0]);
    return true;
  }

  #id(): string {
    const id = `f${this.#next}`;
    this.#next += 1;
    return id;
  }
}

function isRefuted({ refutedUntil }: PeerAddress): boolean {
  return refutedUntil !== undefined;
}

function addressOf({ address, port }: DiscoveredDevice): string {
  return `${address}:${port}`;
}

function compare(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
