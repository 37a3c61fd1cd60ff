import {
  MOST_SHARED_FOLDERS,
  type BrowserEnd,
  type BrowserLife,
  type ForgottenBecause,
  type Grant,
  type PathMode,
  type PeerSystem,
  type Right,
  type SharedFolderView,
  type TargetPattern,
  type TerminalProfile,
} from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import { cleanName, looksLike } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { DeviceCertificate, IntroducedRight, PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { withLife } from './browser-life.ts';
import { PeerError } from './errors.ts';
import { findPeer } from './find-peer.ts';
import { TakenNames, uniqueName, withoutIds } from './names.ts';
import {
  afterPairing,
  agentsAtOnce,
  orNone,
  requireCompared,
  withAgent,
  withGrant,
  withoutPairing,
  withWordsConfirmed,
} from './pairing-record.ts';
import { certificateFields, checkSuccessor } from './pinned-certificate.ts';
import { PeerRecords, type Lapsed, type PeerChange } from './peer-records.ts';
import {
  copyRecord,
  isSuspended,
  isUncompared,
  MOST_ADDRESSES,
  MOST_TARGETS,
  type BrowserRecord,
  type PeerRecord,
} from './peer-record.ts';

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

/**
 * Peers of this device, stored in the document `peers` of the profile: pinned keys, local names, rights, addresses. Modules read and change peers
 * here.
 */
export class PeerBook {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #records: PeerRecords;
  /** Monotonic time of the latest pairing with each peer. */
  readonly #latestPairings = new Map<PeerId, number>();
  readonly #ownName: () => string;
  readonly #ownId: PeerId | undefined;

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
    this.#records = new PeerRecords(options);
  }

  /** Returns, once, the peers that were removed at the start because their pairing was not finished in time, or their time as a browser was over. */
  takeLapsed(): readonly Lapsed[] {
    return this.#records.takeLapsed();
  }

  get size(): number {
    return this.#records.all.size;
  }

  /** Returns a peer's record; undefined for a device that isn't a peer. */
  get(peerId: PeerId): PeerRecord | undefined {
    const record = this.#records.all.get(peerId);
    return record === undefined ? undefined : copyRecord(record);
  }

  /** Returns the name of a peer, without copying its record. */
  nameOf(peerId: PeerId): string | undefined {
    return this.#records.all.get(peerId)?.name;
  }

  /** Returns the Ed25519 public key of a peer, without copying its record. */
  signingKeyOf(peerId: PeerId): Uint8Array | undefined {
    return this.#records.all.get(peerId)?.signingKey;
  }

  /** Returns all peers, sorted by name. */
  list(): readonly PeerRecord[] {
    return [...this.#records.all.values()].map(copyRecord).sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Finds the peer that a person means, as `findPeer` does. @throws {PeerError} `peer.unknown`, `peer.ambiguous` */
  find(reference: string): PeerRecord {
    return copyRecord(findPeer([...this.#records.all.values()], reference));
  }

  /**
   * Pins a peer. A known peer keeps its name, its first pairing time and its rights. Grants wait for `confirmWords` if there are pairing words,
   * unless the words of a known peer were confirmed and it gets no new right. If the peer had removed this device, its words may have differed there:
   * the person compares again, and its earlier grants wait for that too. Names of other peers that contain the new peer's short ID lose it.
   * @throws {PeerError} `peer.key-changed`, `peer.generation`; {StoreError} `store.write`
   */
  add(peer: NewPeer): PeerRecord {
    const { certificate } = peer;
    const known = this.#records.all.get(certificate.peerId);
    if (known !== undefined) checkSuccessor(known, certificate);
    const taken = new TakenNames([this.#ownName(), ...[...this.#records.all.values()].map((record) => record.name)]);
    const fallback = `peer-${certificate.peerId.slice(0, 7)}`;
    const record: PeerRecord = {
      ...certificateFields(certificate),
      name: known?.name ?? uniqueName(peer.name, fallback, taken, this.#otherIds(certificate.peerId)),
      pairedAt: known?.pairedAt ?? this.#clock.now(),
      lastSeenAt: known?.lastSeenAt ?? null,
      ...afterPairing(known, peer, this.#clock.now()),
      ignoredRequests: known?.ignoredRequests ?? [],
      targets: known?.targets ?? [],
      agents: agentsAtOnce(known),
      // Without its right, which waits for the comparison, they give the peer nothing.
      folders: known?.folders,
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
    const added = this.#records.put(record, known === undefined ? 'added' : 'updated');
    this.#latestPairings.set(certificate.peerId, this.#clock.monotonic());
    if (known === undefined) this.#clearId(certificate.peerId);
    return added;
  }

  /** Returns the monotonic time of the latest pairing with a peer since the start; -Infinity for none. */
  latestPairing(peerId: PeerId): number {
    return this.#latestPairings.get(peerId) ?? -Infinity;
  }

  /** Sets the local name of a peer. @throws {PeerError} `peer.unknown`, `peer.name-taken`, `peer.name-invalid` */
  rename(peerId: PeerId, name: string): PeerRecord {
    const record = this.#known(peerId);
    const clean = cleanName(name);
    if (clean === '') throw nameInvalid();
    const others = [...this.#records.all.values()].filter((peer) => peer.peerId !== peerId).map((peer) => peer.name);
    this.#requireFree(clean, clean === record.name ? [] : [this.#ownName(), ...others]);
    this.#requireNoId(clean, peerId);
    return this.#records.put({ ...record, name: clean }, 'updated');
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
      [...this.#records.all.values()].map((peer) => peer.name),
    );
    this.#requireNoId(name, this.#ownId);
  }

  /** Removes a peer and all its rights. @param because why the person removes it @throws {PeerError} `peer.unknown` */
  forget(peerId: PeerId, because?: ForgottenBecause): void {
    const { name } = this.#known(peerId);
    this.#latestPairings.delete(peerId);
    this.#records.delete({ kind: 'removed', peerId, name, because });
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
    return this.#records.put({ ...record, ...certificateFields(certificate) }, 'updated');
  }

  /**
   * Undoes `add` after an unfinished pairing: restores the earlier record, or removes the peer. A peer that has linked in the meantime stays.
   * @param added record that `add` has returned
   * @param before record before `add`; undefined for none
   */
  undoAdd(added: PeerRecord, before: PeerRecord | undefined): void {
    const { peerId } = added;
    const record = this.#records.all.get(peerId);
    if (record === undefined) return;
    if (before !== undefined) this.#records.put(withoutPairing(record, added, before), 'updated');
    else if (record.provisionalUntil !== null) this.forget(peerId);
  }

  /**
   * Records that a person has compared the pairing words. Pending grants take effect.
   * @param words words that the person has seen
   * @param life lifetime of a browser from now on; undefined: that which it has, from now on
   * @throws {PeerError} `peer.unknown`, `peer.words-changed`; `peer.forgot` if the peer has removed this device meanwhile
   */
  confirmWords(peerId: PeerId, words: readonly string[], life?: BrowserLife): PeerRecord {
    const record = this.#known(peerId);
    const confirmed = withWordsConfirmed(record, words);
    if (confirmed === record && life === undefined) return copyRecord(record);
    return this.#records.put(withLife(this.#clock, confirmed, life ?? record.browser?.life), 'updated');
  }

  /**
   * Sets the lifetime of a browser, from now on. Rights that it has until its end it has until the new one.
   * @throws {PeerError} `peer.unknown`, `peer.no-browser`
   */
  setBrowserLife(peerId: PeerId, life: BrowserLife): PeerRecord {
    const record = this.#known(peerId);
    if (record.browser === undefined)
      throw new PeerError('peer.no-browser', 'the peer is no browser', { details: { name: record.name } });
    return this.#records.put(withLife(this.#clock, record, life), 'updated');
  }

  /**
   * Sets whether a browser may see and answer the requests that wait here.
   * @throws {PeerError} `peer.unknown`, `peer.no-browser`, `peer.uncompared`; `peer.introduced` for one that no person here has paired
   */
  setAnswers(peerId: PeerId, answers: boolean): PeerRecord {
    const record = this.#known(peerId);
    const { browser, introduced, name } = record;
    if (browser === undefined) throw new PeerError('peer.no-browser', 'the peer is no browser', { details: { name } });
    if (answers) requireCompared(record);
    if (answers && introduced !== undefined)
      throw new PeerError('peer.introduced', 'an introduced browser answers no requests', { details: { name } });
    const { answers: _before, ...rest } = browser;
    return this.#records.put({ ...record, browser: answers ? { ...rest, answers } : rest }, 'updated');
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
    const before = this.#records.all.get(certificate.peerId);
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
    return this.#records.put({ ...record, browser, grants: { ...given, ...Object.fromEntries(kept) } }, 'updated');
  }

  /** Removes a peer that this introducer has introduced. @returns false if there is none */
  endIntroduced(peerId: PeerId, by: PeerId): boolean {
    if (this.#records.all.get(peerId)?.introduced?.by !== by) return false;
    return this.#records.remove([peerId]).length > 0;
  }

  /** Removes all peers that this introducer has introduced. @returns them */
  endIntroducedBy(by: PeerId): readonly Pick<PeerRecord, 'peerId' | 'name'>[] {
    return this.#records.remove(
      [...this.#records.all.values()].filter(({ introduced }) => introduced?.by === by).map((one) => one.peerId),
    );
  }

  /** Sets the rights that the peer may give to newcomers. @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  setHandsOn(peerId: PeerId, rights: readonly IntroducedRight[]): PeerRecord {
    const record = this.#known(peerId);
    if (rights.length > 0) requireCompared(record);
    return this.#records.put({ ...record, handsOn: rights.length === 0 ? undefined : [...rights] }, 'updated');
  }

  /** Removes a browser before its time. Does nothing if it isn't a peer. @throws {StoreError} `store.write` */
  endBrowser(peerId: PeerId, cause: Exclude<BrowserEnd, 'time'>): void {
    const record = this.#records.all.get(peerId);
    if (record?.browser === undefined) return;
    this.#records.delete({ kind: 'removed', peerId, ended: record.name, cause });
  }

  /** Notifies the listeners as if all browsers had changed: what browsers may do here was set. */
  browsersChanged(): void {
    for (const { peerId, browser } of this.#records.all.values())
      if (browser !== undefined) this.#records.emit({ kind: 'updated', peerId });
  }

  /** Reports whether the peer is a browser. */
  isBrowser(peerId: PeerId): boolean {
    return this.#records.all.get(peerId)?.browser !== undefined;
  }

  /** Sets the look and start of terminals on the peer. @throws {PeerError} `peer.unknown` */
  setTerminalProfile(peerId: PeerId, profile: TerminalProfile): PeerRecord {
    const isEmpty = Object.values(profile).every((value) => value === null);
    return this.#records.put(
      { ...this.#known(peerId), terminalProfile: isEmpty ? undefined : { ...profile } },
      'updated',
    );
  }

  /** Reports whether the peer is denied everything until a person here decides. */
  isSuspended(peerId: PeerId): boolean {
    const record = this.#records.all.get(peerId);
    return record !== undefined && isSuspended(record);
  }

  /**
   * Suspends a peer, because the relay reports that it was removed. Rights and everything else in its record stay. A removal that a person has already
   * decided about changes nothing. Never throws: if saving fails, the peer is suspended until the agent ends, and saving is tried again.
   * @param at time of the removal by the relay's clock, ms since 1970
   * @returns true if the peer was not suspended before
   */
  suspend(peerId: PeerId, at: number): boolean {
    const record = this.#records.all.get(peerId);
    if (record === undefined || record.departure?.at === at) return false;
    const wasSuspended = isSuspended(record);
    const reportedAt = wasSuspended ? (record.departure?.reportedAt ?? 0) : this.#clock.now();
    const suspended = { ...record, departure: { at, reportedAt, readmitted: false } };
    if (wasSuspended) {
      // Saved later, so that repeated reports don't write the file each time.
      this.#records.putLater(suspended);
      return false;
    }
    const peers = new Map(this.#records.all).set(peerId, suspended);
    try {
      this.#records.save(peers);
    } catch (error) {
      this.#records.saveLater(peers);
      this.#logger.error('a suspended peer could not be saved', { errorCode: errorCode(error) });
    }
    this.#records.emit({ kind: 'updated', peerId });
    return true;
  }

  /** Lets a suspended peer back in, as a person has decided. @throws {PeerError} `peer.unknown`; {StoreError} `store.write` */
  readmit(peerId: PeerId): PeerRecord {
    const record = this.#known(peerId);
    const { departure } = record;
    if (departure === null || departure.readmitted) return copyRecord(record);
    return this.#records.put({ ...record, departure: { ...departure, readmitted: true } }, 'updated');
  }

  /** Reports whether a person here has confirmed the peer's pairing words, or it has none. */
  hasConfirmedWords(peerId: PeerId): boolean {
    const record = this.#records.all.get(peerId);
    return record !== undefined && !isUncompared(record);
  }

  /** Throws unless the peer's pairing words are confirmed or it has none. @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  requireCompared(peerId: PeerId): void {
    requireCompared(this.#known(peerId));
  }

  /** Makes a provisional pin permanent. Called when a link of the peer has authenticated, or the peer has confirmed that it pinned this device. It has not removed this device then. */
  confirm(peerId: PeerId): void {
    const record = this.#known(peerId);
    if (record.provisionalUntil === null && record.forgottenAt === undefined) return;
    this.#records.put(
      { ...record, provisionalUntil: null, forgottenAt: undefined, forgottenBecause: undefined },
      'updated',
    );
  }

  /**
   * Records that the peer has removed this device. Its rights here stay, but get no more until it links or pairs again. Never throws; a failure to save
   * is logged.
   * @param because why, as the peer says
   * @returns false if it isn't a peer, or was recorded before
   */
  forgottenBy(peerId: PeerId, because?: ForgottenBecause): boolean {
    const record = this.#records.all.get(peerId);
    if (record === undefined || record.forgottenAt !== undefined) return false;
    try {
      this.#records.put({ ...record, forgottenAt: this.#clock.now(), forgottenBecause: because }, 'updated');
    } catch (error) {
      this.#logger.warn('that a peer removed this device could not be saved', { errorCode: errorCode(error) });
    }
    return true;
  }

  /** Records when the peer was last seen, and saves that up to a minute later. @param at ms since 1970; default now */
  seen(peerId: PeerId, at = this.#clock.now()): void {
    const record = this.#records.all.get(peerId);
    if (record === undefined) return;
    const lastSeenAt = Math.max(Math.min(at, this.#clock.now()), Math.min(record.lastSeenAt ?? 0, this.#clock.now()));
    this.#records.putLater({ ...record, lastSeenAt });
    this.#records.emit({ kind: 'seen', peerId });
  }

  /** Records that the person uses the peer, and saves that up to a minute later. Ignores unknown peers. @param at ms since 1970; default now */
  markUsed(peerId: PeerId, at = this.#clock.now()): void {
    const record = this.#records.all.get(peerId);
    const usedAt = Math.round(Math.min(at, this.#clock.now()));
    if (record === undefined || (record.usedAt ?? 0) >= usedAt) return;
    this.#records.putLater({ ...record, usedAt });
    this.#records.emit({ kind: 'seen', peerId });
  }

  /**
   * Sets a decision on a right, or removes it (undefined). Requests for the right are shown again. A decision that allows more is pending until the
   * peer's pairing words are confirmed.
   * @throws {PeerError} `peer.unknown`; `peer.forgot` for `allow` if the peer has removed this device
   */
  setGrant(peerId: PeerId, right: Right, grant: Grant | undefined): PeerRecord {
    const record = this.#known(peerId);
    const ignoredRequests = record.ignoredRequests.filter((ignored) => ignored !== right);
    return this.#records.put({ ...withGrant(record, right, grant, this.#clock.now()), ignoredRequests }, 'updated');
  }

  /**
   * Sets the decision about messages of a peer to one agent of this device; undefined removes it. It holds in place of that about the right `message`.
   * @throws {PeerError} `peer.unknown`, `peer.too-many-agents`; `peer.uncompared` for more than before while the pairing words are unconfirmed;
   * `peer.forgot` for `allow` if the peer has removed this device
   */
  setAgent(peerId: PeerId, agent: string, grant: Grant | undefined): PeerRecord {
    return this.#records.put(withAgent(this.#known(peerId), agent, grant), 'updated');
  }

  /** Removes what peers were allowed to write to an agent that no longer exists: another one of that name begins without it. */
  forgetAgent(agent: string): void {
    for (const record of this.#records.all.values()) {
      const { agents = [] } = record;
      const left = agents.filter((one) => one.agent !== agent || one.decision === 'deny');
      if (left.length < agents.length) this.#records.put({ ...record, agents: orNone(left) }, 'updated');
    }
  }

  /** Declines the peer's further requests for this right without showing them. @throws {PeerError} `peer.unknown` */
  ignoreRequests(peerId: PeerId, right: Right): PeerRecord {
    const record = this.#known(peerId);
    if (record.ignoredRequests.includes(right)) return copyRecord(record);
    return this.#records.put({ ...record, ignoredRequests: [...record.ignoredRequests, right] }, 'updated');
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
    return this.#records.put({ ...record, targets }, 'updated');
  }

  /**
   * Replaces the folders that are shared with the peer.
   * @throws {PeerError} `peer.unknown`, `peer.too-many-folders`; `peer.uncompared` for more than before while the pairing words are unconfirmed
   */
  setFolders(peerId: PeerId, folders: readonly SharedFolderView[]): PeerRecord {
    const record = this.#known(peerId);
    if (folders.length > MOST_SHARED_FOLDERS)
      throw new PeerError('peer.too-many-folders', 'too many folders are shared', {
        details: { most: MOST_SHARED_FOLDERS },
      });
    const known = new Set(record.folders?.map((folder) => JSON.stringify(folder)));
    if (!folders.every((folder) => known.has(JSON.stringify(folder)))) requireCompared(record);
    return this.#records.put({ ...record, folders: folders.length === 0 ? undefined : [...folders] }, 'updated');
  }

  /** Sets whether the peer is a device of the same person. @throws {PeerError} `peer.unknown`, `peer.uncompared` */
  setOwn(peerId: PeerId, own: boolean): PeerRecord {
    const record = this.#known(peerId);
    if (own && !record.own) requireCompared(record);
    return this.#records.put({ ...record, own }, 'updated');
  }

  /** Marks a peer as one of the person's favourites, or removes the mark. @throws {PeerError} `peer.unknown` */
  setFavourite(peerId: PeerId, favourite: boolean): PeerRecord {
    return this.#records.put({ ...this.#known(peerId), favourite }, 'updated');
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
    const rest = [...this.#records.all.values()]
      .filter(({ peerId }) => !groups.has(peerId))
      .toSorted((one, other) => (one.position ?? Infinity) - (other.position ?? Infinity) || 0);
    const peers = new Map(this.#records.all);
    const changed: PeerId[] = [];
    for (const [position, record] of [...first, ...rest].entries()) {
      const before = this.#known(record.peerId);
      if (before.position === position && before.group === record.group) continue;
      peers.set(record.peerId, copyRecord({ ...record, position }));
      changed.push(record.peerId);
    }
    if (changed.length === 0) return;
    this.#records.save(peers);
    for (const peerId of changed) this.#records.emit({ kind: 'updated', peerId });
  }

  /** Sets the allowed paths to a peer. @param via hops in order; empty for none @throws {PeerError} `peer.unknown` */
  setPathMode(peerId: PeerId, pathMode: PathMode, via: readonly PeerId[]): PeerRecord {
    return this.#records.put({ ...this.#known(peerId), pathMode, via }, 'updated');
  }

  /** Records that the peer has authenticated at this address, which is then dialed first. Never throws; a failure to save is logged. */
  reached(peerId: PeerId, address: string): void {
    const record = this.#records.all.get(peerId);
    if (record === undefined || record.addresses[0] === address) return;
    const others = record.addresses.filter((other) => other !== address);
    try {
      this.#records.put({ ...record, addresses: [address, ...others].slice(0, MOST_ADDRESSES) }, 'seen');
    } catch (error) {
      this.#logger.warn('the address of a peer could not be saved', { errorCode: errorCode(error) });
    }
  }

  /** Records the operating system that the peer names. Never throws; a failure to save is logged. */
  setSystem(peerId: PeerId, system: PeerSystem): void {
    const record = this.#records.all.get(peerId);
    if (record === undefined || record.system === system) return;
    try {
      this.#records.put({ ...record, system }, 'seen');
    } catch (error) {
      this.#logger.warn('the system of a peer could not be saved', { errorCode: errorCode(error) });
    }
  }

  /** Records the network cards that the peer names. Never throws; a failure to save is logged. */
  setCards(peerId: PeerId, cards: readonly string[]): void {
    const record = this.#records.all.get(peerId);
    if (record === undefined || (record.cards ?? []).join() === cards.join()) return;
    try {
      this.#records.put({ ...record, cards: cards.length === 0 ? undefined : cards }, 'seen');
    } catch (error) {
      this.#logger.warn('the network cards of a peer could not be saved', { errorCode: errorCode(error) });
    }
  }

  /** Calls the listener after each change. @returns a function that unsubscribes the listener */
  onChange(listener: (change: PeerChange) => void): () => void {
    return this.#records.onChange(listener);
  }

  /** Saves the times at which peers were last seen and used. Never throws; a failure is logged. */
  flush(): void {
    this.#records.flush();
  }

  close(): void {
    this.#records.close();
  }

  #requireFree(name: string, others: readonly string[]): void {
    const alike = others.find((other) => looksLike(other, name));
    if (alike !== undefined)
      throw new PeerError('peer.name-taken', `the name looks like ${alike}`, { details: { name, other: alike } });
  }

  /** Returns the IDs of this device and of all peers except one. */
  #otherIds(peerId: PeerId | undefined): readonly PeerId[] {
    const own = this.#ownId === undefined ? [] : [this.#ownId];
    return [...own, ...this.#records.all.keys()].filter((id) => id !== peerId);
  }

  #requireNoId(name: string, peerId: PeerId | undefined): void {
    const id = this.#otherIds(peerId).find((other) => withoutIds(name, [other]) !== name);
    if (id === undefined) return;
    const other = this.#records.all.get(id)?.name ?? this.#ownName();
    throw new PeerError('peer.name-taken', 'the name contains the ID of another device', { details: { name, other } });
  }

  /** Removes the short ID of a new peer from other peers' names. A peer that knew the ID could have put it into its own name. */
  #clearId(peerId: PeerId): void {
    for (const record of this.#records.all.values()) {
      if (record.peerId === peerId || withoutIds(record.name, [peerId]) === record.name) continue;
      const others = [...this.#records.all.values()].filter((other) => other !== record).map(({ name }) => name);
      const taken = new TakenNames([this.#ownName(), ...others]);
      const name = uniqueName(record.name, `peer-${record.peerId.slice(0, 7)}`, taken, this.#otherIds(record.peerId));
      this.#records.put({ ...record, name }, 'updated');
    }
  }

  #known(peerId: PeerId): PeerRecord {
    const record = this.#records.all.get(peerId);
    if (record !== undefined) return record;
    throw new PeerError('peer.unknown', 'no such peer', {
      details: { name: peerId.slice(0, 7), suggestion: '', hint: '' },
    });
  }
}

function nameInvalid(): PeerError {
  return new PeerError('peer.name-invalid', 'a name needs at least one visible character that is no dash or dot');
}
