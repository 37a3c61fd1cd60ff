import { Alarm } from '#shared/alarm.ts';
import type {
  BrowserLife,
  Grant,
  PathMode,
  PeerSystem,
  Right,
  TargetPattern,
  TerminalProfile,
} from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import { cleanName, looksLike } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { DeviceCertificate, IntroducedRight, PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore } from '../core/store/index.ts';
import { endOfLife, untilEnd } from './browser-life.ts';
import { PeerError } from './errors.ts';
import { findPeer } from './find-peer.ts';
import { TakenNames, distinguishNames, uniqueName, withoutIds } from './names.ts';
import {
  copyRecord,
  isSuspended,
  isUncompared,
  fromStored,
  MOST_ADDRESSES,
  MOST_TARGETS,
  PEERS_DOCUMENT,
  toStored,
  type BrowserRecord,
  type PairingRecord,
  type PeerRecord,
  type PeersDocument,
} from './peer-record.ts';

/** Change of one peer's record. */
export type PeerChange = Readonly<{
  /** Kind of the change. `seen`: only the time, address or system of the peer has changed. */
  kind: 'added' | 'updated' | 'removed' | 'seen';
  peerId: PeerId;
  /** Name of a peer that a person removed. */
  name?: string;
  /** Name of a peer that was removed because its pairing was not finished in time. */
  unfinished?: string;
  /** Name of a browser that was removed because its time was over. */
  ended?: string;
}>;

/** Result of a pairing, to be pinned. */
export type NewPeer = Readonly<{
  certificate: DeviceCertificate;
  /** Name that the peer gave itself; `add` cleans it and makes it unique. */
  name: string;
  /** Rights to grant. They take effect when the pairing words are confirmed, or at once if there are none. */
  grants: Readonly<Partial<Record<Right, Grant>>>;
  /** Four pairing words that a person still has to compare; null if both people have already compared them. */
  words: readonly string[] | null;
  /** Time at which the pin is removed unless confirmed, ms since 1970; null if the peer has pinned this device too. */
  provisionalUntil: number | null;
  enrolledBy: PeerId | null;
  /** Lifetime of a browser until a person confirms another one; undefined for a machine. A known browser stays one, whatever it says of itself later. */
  browser?: BrowserRecord | undefined;
  /** Introducer, if no person here has paired the peer. */
  introduced?: PeerRecord['introduced'];
}>;

/** Peer that was removed by itself: its pairing was not finished in time, or its time as a browser is over. */
export type Lapsed = Readonly<{ peerId: PeerId; name: string; reason: 'unfinished' | 'ended' }>;

/** Delay before `lastSeenAt` is saved, ms. Links that come and go don't write the file each time. */
const SEEN_DELAY = 60_000;

/**
 * Peers of this device, stored in the document `peers` of the profile: pinned keys, local names, rights, addresses. Modules read and change peers
 * here. Removes a peer whose pairing is not finished in time, and a browser at its end.
 */
export class PeerBook {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #ownName: () => string;
  readonly #ownId: PeerId | undefined;
  readonly #document: DocumentStore<PeersDocument>;
  readonly #listeners = new Set<(change: PeerChange) => void>();
  readonly #expiry: Alarm;
  #peers: ReadonlyMap<PeerId, PeerRecord>;
  #seenTimer: Timer | undefined;
  #expiredAtStart: Lapsed[] = [];

  /**
   * Loads the document, and removes peers whose pairing was not finished in time, and browsers whose time was over.
   * @param options.ownName returns the name of this device, which no new peer gets
   * @param options.ownId ID of this device, whose short form no peer's name may contain
   * @throws {StoreError} errors of `DocumentStore`
   */
  constructor(
    options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger; ownName?: () => string; ownId?: PeerId }>,
  ) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#ownName = options.ownName ?? (() => '');
    this.#ownId = options.ownId;
    this.#document = new DocumentStore(options.file, PEERS_DOCUMENT, options.logger);
    const stored = distinguishNames(this.#document.value.peers, options.ownId);
    this.#peers = new Map(stored.map((peer) => [peer.peerId as PeerId, fromStored(peer)]));
    this.#expiry = new Alarm(options.clock, () => void this.#dropExpired());
    this.#expiredAtStart = this.#dropExpired();
  }

  /** Returns, once, the peers that were removed at the start because their pairing was not finished in time, or their time as a browser was over. */
  takeLapsed(): readonly Lapsed[] {
    return this.#expiredAtStart.splice(0);
  }

  get size(): number {
    return this.#peers.size;
  }

  /** Returns a peer's record; undefined for a device that isn't a peer. */
  get(peerId: PeerId): PeerRecord | undefined {
    const record = this.#peers.get(peerId);
    return record === undefined ? undefined : copyRecord(record);
  }

  /** Returns the name of a peer, without copying its record. */
  nameOf(peerId: PeerId): string | undefined {
    return this.#peers.get(peerId)?.name;
  }

  /** Returns all peers, sorted by name. */
  list(): readonly PeerRecord[] {
    return [...this.#peers.values()].map(copyRecord).sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Finds the peer that a person means, as `findPeer` does. @throws {PeerError} `peer.unknown`, `peer.ambiguous` */
  find(reference: string): PeerRecord {
    return copyRecord(findPeer([...this.#peers.values()], reference));
  }

  /**
   * Pins a peer. A known peer keeps its name, its first pairing time and its rights. Grants wait for `confirmWords` if there are pairing words,
   * unless the words of a known peer were confirmed and it gets no new right. Names of other peers that contain the new peer's short ID lose it.
   * @throws {PeerError} `peer.key-changed`, `peer.generation`; {StoreError} `store.write`
   */
  add(peer: NewPeer): PeerRecord {
    const { certificate } = peer;
    const known = this.#peers.get(certificate.peerId);
    if (known !== undefined) checkSuccessor(known, certificate);
    const taken = new TakenNames([this.#ownName(), ...[...this.#peers.values()].map((record) => record.name)]);
    const fallback = `peer-${certificate.peerId.slice(0, 7)}`;
    const record: PeerRecord = {
      ...certificateFields(certificate),
      name: known?.name ?? uniqueName(peer.name, fallback, taken, this.#otherIds(certificate.peerId)),
      pairedAt: known?.pairedAt ?? this.#clock.now(),
      lastSeenAt: known?.lastSeenAt ?? null,
      grants: { ...known?.grants, ...(peer.words === null ? peer.grants : {}) },
      pairing: peer.words === null ? null : this.#pairing(known, peer.words, peer.grants),
      ignoredRequests: known?.ignoredRequests ?? [],
      targets: known?.targets ?? [],
      // A permanent pin stays permanent when the peer pairs again.
      provisionalUntil: known?.provisionalUntil === null ? null : peer.provisionalUntil,
      enrolledBy: peer.enrolledBy ?? known?.enrolledBy ?? null,
      own: known?.own ?? false,
      pathMode: known?.pathMode ?? 'auto',
      via: known?.via ?? [],
      addresses: known?.addresses ?? [],
      system: known?.system ?? null,
      group: known?.group ?? null,
      favourite: known?.favourite ?? false,
      position: known?.position ?? null,
      usedAt: known?.usedAt ?? null,
      // A new pairing doesn't readmit a peer: its earlier rights would apply again unseen.
      departure: known?.departure ?? null,
      terminalProfile: known?.terminalProfile,
      browser: known?.browser ?? peer.browser,
      // A person here has paired it now.
      introduced: peer.introduced,
      handsOn: known?.handsOn,
    };
    const added = this.#put(record, known === undefined ? 'added' : 'updated');
    if (known === undefined) this.#clearId(certificate.peerId);
    return added;
  }

  /** Sets the local name of a peer. @throws {PeerError} `peer.unknown`, `peer.name-taken`, `peer.name-invalid` */
  rename(peerId: PeerId, name: string): PeerRecord {
    const record = this.#known(peerId);
    const clean = cleanName(name);
    if (clean === '') throw nameInvalid();
    const others = [...this.#peers.values()].filter((peer) => peer.peerId !== peerId).map((peer) => peer.name);
    this.#requireFree(clean, clean === record.name ? [] : [this.#ownName(), ...others]);
    this.#requireNoId(clean, peerId);
    return this.#put({ ...record, name: clean }, 'updated');
  }

  /**
   * Checks a new name for this device.
   * @throws {PeerError} `peer.name-taken` if it looks like a peer's name, `peer.name-invalid` if it has no visible
   * character
   */
  checkOwnName(name: string): void {
    if (name === '') throw nameInvalid();
    if (name === this.#ownName()) return;
    this.#requireFree(
      name,
      [...this.#peers.values()].map((peer) => peer.name),
    );
    this.#requireNoId(name, this.#ownId);
  }

  /** Removes a peer and all its rights. @throws {PeerError} `peer.unknown` */
  forget(peerId: PeerId): void {
    const { name } = this.#known(peerId);
    const peers = new Map(this.#peers);
    peers.delete(peerId);
    this.#save(peers);
    this.#emit({ kind: 'removed', peerId, name });
  }

  /**
   * Stores a newer certificate of a peer. An older one of the same generation changes nothing.
   * @throws {PeerError} `peer.unknown`, `peer.key-changed`, `peer.generation`
   */
  updateCertificate(certificate: DeviceCertificate): PeerRecord {
    const record = this.#known(certificate.peerId);
    checkSuccessor(record, certificate);
    const older = certificate.generation === record.generation && certificate.notBefore <= record.notBefore;
    if (older || equalBytes(record.certificate, certificate.encoded)) return copyRecord(record);
    return this.#put({ ...record, ...certificateFields(certificate) }, 'updated');
  }

  /**
   * Undoes `add` after an unfinished pairing: restores the earlier record, or removes the peer. A peer that has linked in the meantime stays.
   * @param before record before `add`; undefined for none
   */
  undoAdd(peerId: PeerId, before: PeerRecord | undefined): void {
    const record = this.#peers.get(peerId);
    if (record === undefined) return;
    if (before !== undefined)
      this.#put({ ...record, pairing: before.pairing, enrolledBy: before.enrolledBy }, 'updated');
    else if (record.provisionalUntil !== null) this.forget(peerId);
  }

  /**
   * Records that a person has compared the pairing words. Pending grants take effect.
   * @param words words that the person has seen
   * @param life lifetime of a browser from now on; undefined: that which it has, from now on
   * @throws {PeerError} `peer.unknown`, `peer.words-changed`
   */
  confirmWords(peerId: PeerId, words: readonly string[], life?: BrowserLife): PeerRecord {
    const record = this.#known(peerId);
    const { pairing } = record;
    if (pairing === null || pairing.words.join(' ') !== words.join(' '))
      throw new PeerError('peer.words-changed', 'these are not the words of the latest pairing', {
        details: { name: record.name },
      });
    if (pairing.compared)
      return life === undefined ? copyRecord(record) : this.#put(this.#withLife(record, life), 'updated');
    const grants = { ...record.grants, ...pairing.pending };
    const confirmed = { ...record, grants, pairing: { ...pairing, compared: true, pending: {} } };
    return this.#put(this.#withLife(confirmed, life ?? record.browser?.life), 'updated');
  }

  /**
   * Sets the lifetime of a browser, from now on. Rights that it has until its end it has until the new one.
   * @throws {PeerError} `peer.unknown`, `peer.no-browser`
   */
  setBrowserLife(peerId: PeerId, life: BrowserLife): PeerRecord {
    const record = this.#known(peerId);
    if (record.browser === undefined)
      throw new PeerError('peer.no-browser', 'the peer is no browser', { details: { name: record.name } });
    return this.#put(this.#withLife(record, life), 'updated');
  }

  /**
   * Pins a device that a peer has introduced, or renews such a pin: it has these rights, until its end, and is removed then.
   * @param introduced.isBrowser marks it as a browser
   * @throws as `add`
   */
  addIntroduced({
    certificate,
    name,
    rights,
    by,
    endsAt,
    isBrowser,
  }: Readonly<{
    certificate: DeviceCertificate;
    name: string;
    rights: readonly IntroducedRight[];
    by: PeerId;
    endsAt: number;
    isBrowser: boolean;
  }>): PeerRecord {
    const given = Object.fromEntries(rights.map((right) => [right, { decision: 'allow', expiresAt: endsAt } as const]));
    const before = this.#peers.get(certificate.peerId);
    const record = this.add({
      certificate,
      name,
      grants: given,
      words: null,
      provisionalUntil: null,
      enrolledBy: null,
      introduced: { by, endsAt },
      ...(isBrowser ? { browser: { life: '30d', endsAt } } : {}),
    });
    if (before === undefined) return record;
    // Rights that the introducer gave before and doesn't name now end; where a person here asks or denies, that stays.
    const kept = Object.entries(before.grants).filter(([, grant]) => grant.decision !== 'allow');
    const browser = record.browser === undefined ? undefined : { ...record.browser, endsAt };
    return this.#put({ ...record, browser, grants: { ...given, ...Object.fromEntries(kept) } }, 'updated');
  }

  /** Removes a peer that this introducer has introduced. @returns false if there is none */
  endIntroduced(peerId: PeerId, by: PeerId): boolean {
    if (this.#peers.get(peerId)?.introduced?.by !== by) return false;
    return this.#remove([peerId]).length > 0;
  }

  /** Removes all peers that this introducer has introduced. @returns them */
  endIntroducedBy(by: PeerId): readonly Pick<PeerRecord, 'peerId' | 'name'>[] {
    return this.#remove(
      [...this.#peers.values()].filter(({ introduced }) => introduced?.by === by).map((one) => one.peerId),
    );
  }

  /** Sets the rights that the peer may give to newcomers. @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  setHandsOn(peerId: PeerId, rights: readonly IntroducedRight[]): PeerRecord {
    const record = this.#known(peerId);
    if (rights.length > 0) requireCompared(record);
    return this.#put({ ...record, handsOn: rights.length === 0 ? undefined : [...rights] }, 'updated');
  }

  /** Removes a browser whose tab is closed. Does nothing if it isn't a peer. @throws {StoreError} `store.write` */
  endBrowser(peerId: PeerId): void {
    const record = this.#peers.get(peerId);
    if (record?.browser === undefined) return;
    const peers = new Map(this.#peers);
    peers.delete(peerId);
    this.#save(peers);
    this.#emit({ kind: 'removed', peerId, ended: record.name });
  }

  /** Notifies the listeners as if all browsers had changed: what browsers may do here was set. */
  browsersChanged(): void {
    for (const { peerId, browser } of this.#peers.values())
      if (browser !== undefined) this.#emit({ kind: 'updated', peerId });
  }

  /** Reports whether the peer is a browser. */
  isBrowser(peerId: PeerId): boolean {
    return this.#peers.get(peerId)?.browser !== undefined;
  }

  /** Sets the look and start of terminals on the peer. @throws {PeerError} `peer.unknown` */
  setTerminalProfile(peerId: PeerId, profile: TerminalProfile): PeerRecord {
    const isEmpty = Object.values(profile).every((value) => value === null);
    return this.#put({ ...this.#known(peerId), terminalProfile: isEmpty ? undefined : { ...profile } }, 'updated');
  }

  /** Reports whether the peer is denied everything until a person here decides. */
  isSuspended(peerId: PeerId): boolean {
    const record = this.#peers.get(peerId);
    return record !== undefined && isSuspended(record);
  }

  /**
   * Suspends a peer, because the relay reports that it was removed. Rights and everything else in its record stay. A removal that a person has already
   * decided about changes nothing. Never throws: if saving fails, the peer is suspended until the agent ends, and saving is tried again.
   * @param at time of the removal by the relay's clock, ms since 1970
   * @returns true if the peer was not suspended before
   */
  suspend(peerId: PeerId, at: number): boolean {
    const record = this.#peers.get(peerId);
    if (record === undefined || record.departure?.at === at) return false;
    const wasSuspended = isSuspended(record);
    const reportedAt = wasSuspended ? (record.departure?.reportedAt ?? 0) : this.#clock.now();
    const peers = new Map(this.#peers).set(peerId, { ...record, departure: { at, reportedAt, readmitted: false } });
    if (wasSuspended) {
      // Saved later, so that repeated reports don't write the file each time.
      this.#peers = peers;
      this.#seenTimer ??= this.#clock.setTimer(SEEN_DELAY, () => this.flush());
      return false;
    }
    try {
      this.#save(peers);
    } catch (error) {
      this.#peers = peers;
      this.#seenTimer ??= this.#clock.setTimer(SEEN_DELAY, () => this.flush());
      this.#logger.error('a suspended peer could not be saved', { errorCode: errorCode(error) });
    }
    this.#emit({ kind: 'updated', peerId });
    return true;
  }

  /** Lets a suspended peer back in, as a person has decided. @throws {PeerError} `peer.unknown`; {StoreError} `store.write` */
  readmit(peerId: PeerId): PeerRecord {
    const record = this.#known(peerId);
    const { departure } = record;
    if (departure === null || departure.readmitted) return copyRecord(record);
    return this.#put({ ...record, departure: { ...departure, readmitted: true } }, 'updated');
  }

  /** Throws unless the peer's pairing words are confirmed or it has none. @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  requireCompared(peerId: PeerId): void {
    requireCompared(this.#known(peerId));
  }

  /** Makes a provisional pin permanent. Called when a link of the peer has authenticated, or the peer has confirmed that it pinned this device. */
  confirm(peerId: PeerId): void {
    const record = this.#known(peerId);
    if (record.provisionalUntil !== null) this.#put({ ...record, provisionalUntil: null }, 'updated');
  }

  /** Records when the peer was last seen, and saves that up to a minute later. @param at ms since 1970; default now */
  seen(peerId: PeerId, at = this.#clock.now()): void {
    const record = this.#peers.get(peerId);
    if (record === undefined) return;
    const lastSeenAt = Math.max(Math.min(at, this.#clock.now()), Math.min(record.lastSeenAt ?? 0, this.#clock.now()));
    this.#peers = new Map(this.#peers).set(peerId, { ...record, lastSeenAt });
    this.#seenTimer ??= this.#clock.setTimer(SEEN_DELAY, () => this.flush());
    this.#emit({ kind: 'seen', peerId });
  }

  /** Records that the person uses the peer, and saves that up to a minute later. Ignores unknown peers. @param at ms since 1970; default now */
  markUsed(peerId: PeerId, at = this.#clock.now()): void {
    const record = this.#peers.get(peerId);
    const usedAt = Math.round(Math.min(at, this.#clock.now()));
    if (record === undefined || (record.usedAt ?? 0) >= usedAt) return;
    this.#peers = new Map(this.#peers).set(peerId, { ...record, usedAt });
    this.#seenTimer ??= this.#clock.setTimer(SEEN_DELAY, () => this.flush());
    this.#emit({ kind: 'seen', peerId });
  }

  /**
   * Sets a decision on a right, or removes it (undefined). Requests for the right are shown again. A decision that allows more is pending until the
   * peer's pairing words are confirmed.
   * @throws {PeerError} `peer.unknown`
   */
  setGrant(peerId: PeerId, right: Right, grant: Grant | undefined): PeerRecord {
    const record = this.#known(peerId);
    const grants = { ...record.grants };
    const ignoredRequests = record.ignoredRequests.filter((ignored) => ignored !== right);
    const { pairing } = record;
    const pending = { ...pairing?.pending };
    delete pending[right];
    const bounded = grant && untilEnd(grant, record.browser);
    if (pairing !== null && bounded?.decision === 'allow' && isUncompared(record) && !this.#isAllowed(record, right)) {
      pending[right] = { ...bounded };
      return this.#put({ ...record, pairing: { ...pairing, pending }, ignoredRequests }, 'updated');
    }
    if (bounded === undefined) delete grants[right];
    else grants[right] = { ...bounded };
    return this.#put({ ...record, grants, pairing: pairing && { ...pairing, pending }, ignoredRequests }, 'updated');
  }

  /** Declines the peer's further requests for this right without showing them. @throws {PeerError} `peer.unknown` */
  ignoreRequests(peerId: PeerId, right: Right): PeerRecord {
    const record = this.#known(peerId);
    if (record.ignoredRequests.includes(right)) return copyRecord(record);
    return this.#put({ ...record, ignoredRequests: [...record.ignoredRequests, right] }, 'updated');
  }

  /**
   * Replaces the targets that the peer may reach through this device.
   * @throws {PeerError} `peer.unknown`, `peer.too-many-targets`; `peer.uncompared` for additional targets while the pairing words are unconfirmed
   */
  setTargets(peerId: PeerId, targets: readonly TargetPattern[]): PeerRecord {
    const record = this.#known(peerId);
    if (targets.length > MOST_TARGETS)
      throw new PeerError('peer.too-many-targets', 'too many targets of one peer', { details: { most: MOST_TARGETS } });
    const known = new Set(record.targets.map((target) => JSON.stringify(target)));
    if (!targets.every((target) => known.has(JSON.stringify(target)))) requireCompared(record);
    return this.#put({ ...record, targets }, 'updated');
  }

  /** Sets whether the peer is a device of the same person. @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  setOwn(peerId: PeerId, own: boolean): PeerRecord {
    const record = this.#known(peerId);
    if (own && !record.own) requireCompared(record);
    return this.#put({ ...record, own }, 'updated');
  }

  /** Marks a peer as one of the person's favourites, or removes the mark. @throws {PeerError} `peer.unknown` */
  setFavourite(peerId: PeerId, favourite: boolean): PeerRecord {
    return this.#put({ ...this.#known(peerId), favourite }, 'updated');
  }

  /**
   * Puts peers into the person's order, each with its group. The other peers follow in their previous order and keep their groups. All or none are
   * saved.
   * @param order each peer once; null for no group
   * @throws {PeerError} `peer.unknown`
   */
  arrange(order: readonly Readonly<{ peerId: PeerId; group: string | null }>[]): void {
    const groups = new Map(order.map(({ peerId, group }) => [peerId, group]));
    const first = [...groups].map(([peerId, group]) => ({ ...this.#known(peerId), group }));
    const rest = [...this.#peers.values()]
      .filter(({ peerId }) => !groups.has(peerId))
      .toSorted((one, other) => (one.position ?? Infinity) - (other.position ?? Infinity) || 0);
    const peers = new Map(this.#peers);
    const changed: PeerId[] = [];
    for (const [position, record] of [...first, ...rest].entries()) {
      const before = this.#known(record.peerId);
      if (before.position === position && before.group === record.group) continue;
      peers.set(record.peerId, copyRecord({ ...record, position }));
      changed.push(record.peerId);
    }
    if (changed.length === 0) return;
    this.#save(peers);
    for (const peerId of changed) this.#emit({ kind: 'updated', peerId });
  }

  /** Sets the allowed paths to a peer. @param via hops in order; empty for none @throws {PeerError} `peer.unknown` */
  setPathMode(peerId: PeerId, pathMode: PathMode, via: readonly PeerId[]): PeerRecord {
    return this.#put({ ...this.#known(peerId), pathMode, via }, 'updated');
  }

  /** Records that the peer has authenticated at this address, which is then dialed first. Never throws; a failure to save is logged. */
  reached(peerId: PeerId, address: string): void {
    const record = this.#peers.get(peerId);
    if (record === undefined || record.addresses[0] === address) return;
    const others = record.addresses.filter((other) => other !== address);
    try {
      this.#put({ ...record, addresses: [address, ...others].slice(0, MOST_ADDRESSES) }, 'seen');
    } catch (error) {
      this.#logger.warn('the address of a peer could not be saved', { errorCode: errorCode(error) });
    }
  }

  /** Records the operating system that the peer names. Never throws; a failure to save is logged. */
  setSystem(peerId: PeerId, system: PeerSystem): void {
    const record = this.#peers.get(peerId);
    if (record === undefined || record.system === system) return;
    try {
      this.#put({ ...record, system }, 'seen');
    } catch (error) {
      this.#logger.warn('the system of a peer could not be saved', { errorCode: errorCode(error) });
    }
  }

  /** Calls the listener after each change. @returns a function that unsubscribes the listener */
  onChange(listener: (change: PeerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Saves the times at which peers were last seen and used. Never throws; a failure is logged. */
  flush(): void {
    if (this.#seenTimer === undefined) return;
    try {
      this.#save(this.#peers);
    } catch (error) {
      this.#stopSeenTimer();
      this.#logger.warn('peers could not be saved', { errorCode: errorCode(error) });
    }
  }

  close(): void {
    this.flush();
    this.#expiry.cancel();
  }

  #requireFree(name: string, others: readonly string[]): void {
    const alike = others.find((other) => looksLike(other, name));
    if (alike !== undefined)
      throw new PeerError('peer.name-taken', `the name looks like ${alike}`, { details: { name, other: alike } });
  }

  /** Returns the IDs of this device and of all peers except one. */
  #otherIds(peerId: PeerId | undefined): readonly PeerId[] {
    const own = this.#ownId === undefined ? [] : [this.#ownId];
    return [...own, ...this.#peers.keys()].filter((id) => id !== peerId);
  }

  #requireNoId(name: string, peerId: PeerId | undefined): void {
    const id = this.#otherIds(peerId).find((other) => withoutIds(name, [other]) !== name);
    if (id === undefined) return;
    const other = this.#peers.get(id)?.name ?? this.#ownName();
    throw new PeerError('peer.name-taken', 'the name contains the ID of another device', { details: { name, other } });
  }

  /** Removes the short ID of a new peer from other peers' names. A peer that knew the ID could have put it into its own name. */
  #clearId(peerId: PeerId): void {
    for (const record of this.#peers.values()) {
      if (record.peerId === peerId || withoutIds(record.name, [peerId]) === record.name) continue;
      const others = [...this.#peers.values()].filter((other) => other !== record).map(({ name }) => name);
      const taken = new TakenNames([this.#ownName(), ...others]);
      const name = uniqueName(record.name, `peer-${record.peerId.slice(0, 7)}`, taken, this.#otherIds(record.peerId));
      this.#put({ ...record, name }, 'updated');
    }
  }

  #known(peerId: PeerId): PeerRecord {
    const record = this.#peers.get(peerId);
    if (record !== undefined) return record;
    throw new PeerError('peer.unknown', 'no such peer', {
      details: { name: peerId.slice(0, 7), suggestion: '', hint: '' },
    });
  }

  #put(record: PeerRecord, kind: Exclude<PeerChange['kind'], 'removed'>): PeerRecord {
    // Store a copy, since the caller may change its arrays.
    this.#save(new Map(this.#peers).set(record.peerId, copyRecord(record)));
    this.#emit({ kind, peerId: record.peerId });
    return copyRecord(record);
  }

  #save(peers: ReadonlyMap<PeerId, PeerRecord>): void {
    this.#document.save({ peers: [...peers.values()].map(toStored) });
    this.#peers = peers;
    this.#stopSeenTimer();
    this.#armExpiry();
  }

  #stopSeenTimer(): void {
    this.#seenTimer?.cancel();
    this.#seenTimer = undefined;
  }

  #armExpiry(): void {
    const times = [...this.#peers.values()].flatMap(({ provisionalUntil, browser, introduced }) => [
      ...(provisionalUntil === null ? [] : [provisionalUntil]),
      ...(browser === undefined ? [] : [browser.endsAt]),
      ...(introduced === undefined ? [] : [introduced.endsAt]),
    ]);
    this.#expiry.set(times.length === 0 ? null : Math.min(...times));
  }

  /** Removes peers that end by themselves. If saving fails, they are removed from memory, and again at the next start or later. */
  #remove(peerIds: readonly PeerId[]): readonly Pick<PeerRecord, 'peerId' | 'name'>[] {
    const removed = peerIds.flatMap((peerId) => this.#peers.get(peerId) ?? []);
    if (removed.length === 0) return [];
    const peers = new Map(this.#peers);
    for (const { peerId } of removed) peers.delete(peerId);
    try {
      this.#save(peers);
    } catch (error) {
      this.#peers = peers;
      this.#seenTimer ??= this.#clock.setTimer(SEEN_DELAY, () => this.flush());
      this.#logger.error('removed peers could not be saved', { errorCode: errorCode(error) });
    }
    for (const { peerId } of removed) this.#emit({ kind: 'removed', peerId });
    return removed.map(({ peerId, name }) => ({ peerId, name }));
  }

  /** Returns the record with a new lifetime from now on; unchanged for a machine. */
  #withLife(record: PeerRecord, life: BrowserLife | undefined): PeerRecord {
    const { browser } = record;
    if (browser === undefined || life === undefined) return record;
    const changed = { life, endsAt: endOfLife(this.#clock, life) };
    return { ...record, browser: changed, grants: movedToEnd(record.grants, browser, changed) };
  }

  /** Returns the words and pending grants after a pairing. */
  #pairing(known: PeerRecord | undefined, words: readonly string[], given: NewPeer['grants']): PairingRecord {
    const fresh = Object.entries(given).filter(
      ([right]) => known === undefined || !this.#isAllowed(known, right as Right),
    );
    const compared = known !== undefined && !isUncompared(known) && fresh.length === 0;
    return {
      words: [...words],
      compared,
      pending: { ...known?.pairing?.pending, ...Object.fromEntries(fresh) },
    };
  }

  #isAllowed({ grants }: PeerRecord, right: Right): boolean {
    const grant = grants[right];
    return grant?.decision === 'allow' && (grant.expiresAt === null || grant.expiresAt > this.#clock.now());
  }

  #dropExpired(): Lapsed[] {
    const now = this.#clock.now();
    const expired = [...this.#peers.values()].flatMap((record): readonly Lapsed[] => {
      const { peerId, name, provisionalUntil, browser, introduced } = record;
      if (Math.min(browser?.endsAt ?? Infinity, introduced?.endsAt ?? Infinity) <= now)
        return [{ peerId, name, reason: 'ended' }];
      return provisionalUntil !== null && provisionalUntil <= now ? [{ peerId, name, reason: 'unfinished' }] : [];
    });
    if (expired.length === 0) {
      this.#armExpiry();
      return [];
    }
    const peers = new Map(this.#peers);
    for (const { peerId } of expired) peers.delete(peerId);
    try {
      this.#save(peers);
    } catch (error) {
      // Saving failed. The peers are still removed from memory, and again at the next start.
      this.#peers = peers;
      this.#armExpiry();
      this.#logger.warn('peers could not be saved', { errorCode: errorCode(error) });
    }
    for (const { peerId, name, reason } of expired) this.#emit({ kind: 'removed', peerId, [reason]: name });
    return expired;
  }

  #emit(change: PeerChange): void {
    for (const listener of this.#listeners) {
      // A listener that fails must not keep the others from ending what the change forbids.
      try {
        listener(change);
      } catch (error) {
        this.#logger.error('a listener of the peers failed', { error: errorMessage(error) });
      }
    }
  }
}

function certificateFields(certificate: DeviceCertificate) {
  const { peerId, signingKey, staticKey, generation, notBefore, encoded } = certificate;
  return { peerId, signingKey, staticKey, generation, notBefore, certificate: encoded };
}

function nameInvalid(): PeerError {
  return new PeerError('peer.name-invalid', 'a name needs at least one visible character that is no dash or dot');
}

/** Returns the grants with those that lasted until the end of a browser moved to its new end. Those that would outlast it end with it. */
function movedToEnd(grants: PeerRecord['grants'], before: BrowserRecord, after: BrowserRecord): PeerRecord['grants'] {
  return Object.fromEntries(
    Object.entries(grants).map(([right, grant]) => [
      right,
      untilEnd(grant.expiresAt === before.endsAt ? { ...grant, expiresAt: after.endsAt } : grant, after),
    ]),
  );
}

/** Throws unless the words of the peer are confirmed. @throws {PeerError} `peer.uncompared` */
function requireCompared(record: PeerRecord): void {
  if (isUncompared(record))
    throw new PeerError('peer.uncompared', 'no one has confirmed the words of this peer', {
      // The short ID is safe to paste into a shell; a name may not be.
      details: { name: record.name, word: record.peerId.slice(0, 7) },
    });
}

function checkSuccessor(known: PeerRecord, certificate: DeviceCertificate): void {
  if (!equalBytes(known.signingKey, certificate.signingKey))
    throw new PeerError('peer.key-changed', 'the identity key is not the pinned one', {
      details: { name: known.name },
    });
  if (certificate.generation < known.generation)
    throw new PeerError('peer.generation', 'the certificate is of an earlier generation', {
      details: { name: known.name, known: known.generation, shown: certificate.generation },
    });
}
