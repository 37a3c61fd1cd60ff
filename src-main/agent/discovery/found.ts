import type { Clock } from '#shared/clock.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LanAnnouncement } from '#node/discovery/index.ts';
import { DISCOVERY_LIMITS } from './limits.ts';

/** A device in the local network. Of one that is no peer nothing is proved, not even that it is one. */
export type FoundDevice = Readonly<{
  /** For user interfaces, as long as it is shown. */
  id: string;
  address: string;
  port: number;
  /** What it says it is called, made fit to be shown; null where it says nothing, and where it is a peer, which has a name here. */
  name: string | null;
  peerId: PeerId | null;
  /** Monotonic. */
  until: number;
}>;

/** What was heard in the local network, bounded: strangers have so many places, peers have places of their own. */
export class FoundDevices {
  readonly #clock: Clock;
  /** By address and instance. In the order in which they were heard last. */
  readonly #strangers = new Map<string, FoundDevice>();
  readonly #peers = new Map<PeerId, Map<string, FoundDevice>>();
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
    if (peerId !== undefined) return this.#addPeer(peerId, { address, port, until });
    const name = announcement.name === undefined ? null : cleanName(announcement.name) || null;
    const before = this.#strangers.get(key);
    // Nothing pushes out what is there: a flood is seen as one.
    if (before === undefined && !this.#hasRoom(address)) return false;
    this.#strangers.delete(key);
    this.#strangers.set(key, { id: before?.id ?? this.#id(), address, port, name, peerId: null, until });
    return before === undefined || before.port !== port || before.name !== name;
  }

  /** Whoever is at that address says that it goes. Peers stay until their time is over, since anybody can say so for them. */
  remove(address: string, instance: string): boolean {
    return this.#strangers.delete(`${address} ${instance}`);
  }

  /** `host:port` at which the peer has announced itself, newest first. */
  addressesOf(peerId: PeerId): readonly string[] {
    const now = this.#clock.monotonic();
    const places = [...(this.#peers.get(peerId)?.values() ?? [])].filter(({ until }) => until > now);
    return places.toReversed().map(({ address, port }) => `${address}:${port}`);
  }

  /** Peers first, then others, each in the order of their addresses. */
  list(): readonly FoundDevice[] {
    this.expire();
    const peers = [...this.#peers.values()].flatMap((places) => [...places.values()].slice(-1));
    return [...peers, ...[...this.#strangers.values()].sort((a, b) => compare(a.address, b.address))];
  }

  /** @returns whether somebody is not there any more */
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

  /** It is not to be recognised any more. */
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

  #addPeer(peerId: PeerId, { address, port, until }: Pick<FoundDevice, 'address' | 'port' | 'until'>): boolean {
    const places = this.#peers.get(peerId) ?? new Map<string, FoundDevice>();
    this.#peers.set(peerId, places);
    const key = `${address}:${port}`;
    const before = places.get(key);
    places.delete(key);
    places.set(key, { id: before?.id ?? this.#id(), address, port, name: null, peerId, until });
    // Seen as a stranger before the two were paired.
    for (const [other, one] of this.#strangers) {
      if (one.address === address && one.port === port) this.#strangers.delete(other);
    }
    const [oldest] = places.keys();
    if (places.size > DISCOVERY_LIMITS.addressesPerPeer && oldest !== undefined) places.delete(oldest);
    return before === undefined;
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

function compare(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
