import type { Clock } from '#shared/clock.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LanAnnouncement } from '#node/discovery/index.ts';
import { DISCOVERY_LIMITS } from './limits.ts';

/** A device in the local network. Of one that is no peer nothing is proved, not even that it is one. */
export type DiscoveredDevice = Readonly<{
  /** ID for user interfaces, stable while the device is shown. */
  id: string;
  address: string;
  port: number;
  /** Announced name, cleaned for display; null for none, and for a peer, which has a name here. */
  name: string | null;
  peerId: PeerId | null;
  /** Monotonic. */
  until: number;
}>;

/** Address at which a peer has announced itself. A handshake confirms it; a refused dial, a lost session or a goodbye refutes it. */
type PeerPlace = DiscoveredDevice &
  Readonly<{
    instance: string;
    /** Monotonic, ms: the peer has answered a handshake there, which counts for as long as that announcement. */
    confirmedUntil: number;
    /** Time until which the peer counts as absent at this address, monotonic, ms; undefined when nothing refutes it. */
    refutedUntil: number | undefined;
  }>;

/**
 * Devices heard in the local network, within limits: strangers share a fixed number of entries, peers have entries of
 * their own.
 */
export class FoundDevices {
  readonly #clock: Clock;
  /** Strangers by address and instance, in the order in which they were last heard. */
  readonly #strangers = new Map<string, DiscoveredDevice>();
  readonly #peers = new Map<PeerId, Map<string, PeerPlace>>();
  #next = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param lifetime seconds, as announced
   * @returns whether something is other than before
   */
  add(address: string, announcement: LanAnnouncement, lifetime: number, peerId: PeerId | undefined): boolean {
    this.expire();
    const { instance, port } = announcement;
    const until = this.#clock.monotonic() + Math.min(lifetime, DISCOVERY_LIMITS.lifetime) * 1000;
    const key = `${address} ${instance}`;
    if (peerId !== undefined) return this.#addPeer(peerId, { address, port, until, instance });
    const name = announcement.name === undefined ? null : cleanName(announcement.name) || null;
    const before = this.#strangers.get(key);
    // Nothing pushes out what is there: a flood is seen as one.
    if (before === undefined && !this.#hasRoom(address)) return false;
    this.#strangers.delete(key);
    this.#strangers.set(key, { id: before?.id ?? this.#id(), address, port, name, peerId: null, until });
    return before === undefined || before.port !== port || before.name !== name;
  }

  /**
   * Takes a goodbye. Anybody can say it in the name of a peer, so the address of a peer can still be dialled; it is only no sign of life.
   * @returns whether something is other than before
   */
  remove(address: string, instance: string): boolean {
    let changed = this.#strangers.delete(`${address} ${instance}`);
    for (const [peerId, places] of this.#peers) {
      for (const place of places.values()) {
        if (place.address !== address || place.instance !== instance) continue;
        changed = this.refute(peerId, `${address}:${place.port}`) || changed;
      }
    }
    return changed;
  }

  /** `host:port` at which the peer has announced itself, to be dialled: newest first, refuted ones last. */
  addressesOf(peerId: PeerId): readonly string[] {
    const places = this.#placesOf(peerId);
    return [...places.filter((place) => !isRefuted(place)), ...places.filter(isRefuted)].map(addressOf);
  }

  /** `host:port` at which the peer may be now: those of `addressesOf` that nothing has refuted within the last minute. */
  hintsOf(peerId: PeerId): readonly string[] {
    const now = this.#clock.monotonic();
    return this.#placesOf(peerId)
      .filter(({ refutedUntil }) => refutedUntil === undefined || refutedUntil <= now)
      .map(addressOf);
  }

  /** Reports whether the peer has answered a handshake at its announced address, and nothing has refuted it since. */
  isConfirmed(peerId: PeerId): boolean {
    const now = this.#clock.monotonic();
    return this.#placesOf(peerId).some((place) => !isRefuted(place) && place.confirmedUntil > now);
  }

  /** Notes that the peer has answered a handshake at that address. */
  confirm(peerId: PeerId, address: string): boolean {
    const place = this.#peers.get(peerId)?.get(address);
    if (place === undefined) return false;
    this.#peers.get(peerId)?.set(address, { ...place, confirmedUntil: place.until, refutedUntil: undefined });
    return isRefuted(place) || place.confirmedUntil !== place.until;
  }

  /**
   * Notes that the peer did not answer there, or is gone. @param address all of the peer's without one
   * @returns whether something is other than before
   */
  refute(peerId: PeerId, address?: string): boolean {
    const places = this.#peers.get(peerId) ?? new Map<string, PeerPlace>();
    const refutedUntil = this.#clock.monotonic() + DISCOVERY_LIMITS.refuted;
    let changed = false;
    for (const [key, place] of places) {
      if (address !== undefined && key !== address) continue;
      changed ||= !isRefuted(place);
      places.set(key, { ...place, confirmedUntil: 0, refutedUntil });
    }
    return changed;
  }

  /** Peers first, then others, each in the order of their addresses. */
  list(): readonly DiscoveredDevice[] {
    this.expire();
    const peers = [...this.#peers.values()].flatMap((places) =>
      [...places.values()].filter((place) => !isRefuted(place)).slice(-1),
    );
    return [...peers, ...[...this.#strangers.values()].sort((a, b) => compare(a.address, b.address))];
  }

  /**
   * Removes expired entries.
   * @returns whether there were any
   */
  expire(): boolean {
    const now = this.#clock.monotonic();
    let changed = false;
    for (const [key, { until }] of this.#strangers) if (until <= now) changed = this.#strangers.delete(key);
    for (const [peerId, places] of this.#peers) {
      for (const [key, { until }] of places) if (until <= now) changed = places.delete(key);
      if (places.size === 0) this.#peers.delete(peerId);
    }
    return changed;
  }

  /**
   * Forgets a peer that is no longer to be recognised.
   * @returns whether there was an entry
   */
  forget(peerId: PeerId): boolean {
    return this.#peers.delete(peerId);
  }

  get peerIds(): readonly PeerId[] {
    return [...this.#peers.keys()];
  }

  clear(): void {
    this.#strangers.clear();
    this.#peers.clear();
  }

  #addPeer(
    peerId: PeerId,
    { address, port, until, instance }: Pick<PeerPlace, 'address' | 'port' | 'until' | 'instance'>,
  ): boolean {
    const places = this.#peers.get(peerId) ?? new Map<string, PeerPlace>();
    this.#peers.set(peerId, places);
    const key = `${address}:${port}`;
    const before = places.get(key);
    places.delete(key);
    // A new announcement confirms nothing: the last answer counts for the one that it came to.
    const confirmedUntil = before?.confirmedUntil ?? 0;
    const id = before?.id ?? this.#id();
    places.set(key, {
      id,
      address,
      port,
      name: null,
      peerId,
      until,
      instance,
      confirmedUntil,
      refutedUntil: undefined,
    });
    // Seen as a stranger before the two were paired.
    for (const [other, one] of this.#strangers) {
      if (one.address === address && one.port === port) this.#strangers.delete(other);
    }
    const [oldest] = places.keys();
    if (places.size > DISCOVERY_LIMITS.addressesPerPeer && oldest !== undefined) places.delete(oldest);
    return before === undefined || isRefuted(before);
  }

  /** Newest first. */
  #placesOf(peerId: PeerId): readonly PeerPlace[] {
    const now = this.#clock.monotonic();
    return [...(this.#peers.get(peerId)?.values() ?? [])].filter(({ until }) => until > now).toReversed();
  }

  #hasRoom(address: string): boolean {
    if (this.#strangers.size >= DISCOVERY_LIMITS.strangers) return false;
    const ofAddress = [...this.#strangers.values()].filter((one) => one.address === address);
    if (ofAddress.length < DISCOVERY_LIMITS.strangersPerAddress) return true;
    // Its announcements follow one another; the one before may still be there.
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

function isRefuted({ refutedUntil }: PeerPlace): boolean {
  return refutedUntil !== undefined;
}

function addressOf({ address, port }: DiscoveredDevice): string {
  return `${address}:${port}`;
}

function compare(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
