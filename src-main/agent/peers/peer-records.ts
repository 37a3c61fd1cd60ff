import type { BrowserEnd, ForgottenBecause } from '#shared/app-api/index.ts';
import { Alarm } from '#shared/alarm.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DocumentFile } from '#shared/storage.ts';
import { DocumentStore } from '../core/store/index.ts';
import { distinguishNames } from './names.ts';
import {
  copyRecord,
  fromStored,
  PEERS_DOCUMENT,
  toStored,
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
  /** Why the person removed it; undefined if they haven't said. */
  because?: ForgottenBecause | undefined;
  /** Name of a peer that was removed because its pairing was not finished in time. */
  unfinished?: string;
  /** Name of a browser that was removed by itself, because its time was over unless `cause` has another reason. */
  ended?: string;
  /** Reason why it was removed before its time. */
  cause?: Exclude<BrowserEnd, 'time'>;
  /** Name of a peer that was removed with its introduction. */
  withdrawn?: string;
  /** Pairing words of a peer that was removed, if it had any. */
  words?: readonly string[];
}>;

/** Peer that was removed by itself: its pairing was not finished in time, or its time as a browser is over. */
export type Lapsed = Readonly<{ peerId: PeerId; name: string; reason: 'unfinished' | 'ended' }>;

/** Delay before `lastSeenAt` is saved, ms. Links that come and go don't write the file each time. */
const SEEN_DELAY = 60_000;

/**
 * Records of the peers of this device, stored in the document `peers` of the profile. Removes a peer whose pairing is not finished in time, and a
 * browser or an introduced peer at its end. Used by `PeerBook`, which has the rules for changes.
 */
export class PeerRecords {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #document: DocumentStore<PeersDocument>;
  readonly #listeners = new Set<(change: PeerChange) => void>();
  readonly #expiry: Alarm;
  #peers: ReadonlyMap<PeerId, PeerRecord>;
  #seenTimer: Timer | undefined;
  #expiredAtStart: Lapsed[] = [];

  /**
   * Loads the document, and removes the peers whose time was over.
   * @throws {StoreError} errors of `DocumentStore`
   */
  constructor(options: Readonly<{ file: DocumentFile; clock: Clock; logger: Logger; ownId?: PeerId }>) {
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#document = new DocumentStore(options.file, PEERS_DOCUMENT, options.logger);
    const stored = distinguishNames(this.#document.value.peers, options.ownId);
    this.#peers = new Map(stored.map((peer) => [peer.peerId as PeerId, fromStored(peer)]));
    this.#expiry = new Alarm(options.clock, () => void this.#dropExpired());
    this.#expiredAtStart = this.#dropExpired();
  }

  /** All records, by peer ID. */
  get all(): ReadonlyMap<PeerId, PeerRecord> {
    return this.#peers;
  }

  /** Returns, once, the peers that were removed at the start. */
  takeLapsed(): readonly Lapsed[] {
    return this.#expiredAtStart.splice(0);
  }

  /** Saves a record. @returns a copy @throws {StoreError} `store.write` */
  put(record: PeerRecord, kind: Exclude<PeerChange['kind'], 'removed'>): PeerRecord {
    // Store a copy, since the caller may change its arrays.
    this.save(new Map(this.#peers).set(record.peerId, copyRecord(record)));
    this.emit({ kind, peerId: record.peerId });
    return copyRecord(record);
  }

  /** Replaces all records. @throws {StoreError} `store.write` */
  save(peers: ReadonlyMap<PeerId, PeerRecord>): void {
    this.#document.save({ peers: [...peers.values()].map(toStored) });
    this.#peers = peers;
    this.#stopSeenTimer();
    this.#armExpiry();
  }

  /** Replaces a record in memory, and saves that up to a minute later. */
  putLater(record: PeerRecord): void {
    this.saveLater(new Map(this.#peers).set(record.peerId, record));
  }

  /** Replaces all records in memory, and saves that up to a minute later. */
  saveLater(peers: ReadonlyMap<PeerId, PeerRecord>): void {
    this.#peers = peers;
    this.#seenTimer ??= this.#clock.setTimer(SEEN_DELAY, () => this.flush());
  }

  /** Removes a peer, and notifies the listeners of that change. @throws {StoreError} `store.write` */
  delete(change: PeerChange): void {
    const words = wordsOf(this.#peers.get(change.peerId));
    const peers = new Map(this.#peers);
    peers.delete(change.peerId);
    this.save(peers);
    this.emit({ ...change, ...words });
  }

  /** Removes peers that end by themselves. If saving fails, they are removed from memory, and again at the next start or later. */
  remove(peerIds: readonly PeerId[]): readonly Pick<PeerRecord, 'peerId' | 'name'>[] {
    const removed = peerIds.flatMap((peerId) => this.#peers.get(peerId) ?? []);
    if (removed.length === 0) return [];
    const peers = new Map(this.#peers);
    for (const { peerId } of removed) peers.delete(peerId);
    try {
      this.save(peers);
    } catch (error) {
      this.saveLater(peers);
      this.#logger.error('removed peers could not be saved', { errorCode: errorCode(error) });
    }
    for (const record of removed) {
      const { peerId, name } = record;
      this.emit({ kind: 'removed', peerId, withdrawn: name, ...wordsOf(record) });
    }
    return removed.map(({ peerId, name }) => ({ peerId, name }));
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
      this.save(this.#peers);
    } catch (error) {
      this.#stopSeenTimer();
      this.#logger.warn('peers could not be saved', { errorCode: errorCode(error) });
    }
  }

  close(): void {
    this.flush();
    this.#expiry.cancel();
  }

  /** Notifies the listeners. */
  emit(change: PeerChange): void {
    for (const listener of this.#listeners) {
      // A listener that fails must not keep the others from ending what the change forbids.
      try {
        listener(change);
      } catch (error) {
        this.#logger.error('a listener of the peers failed', { error: errorMessage(error) });
      }
    }
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
    const before = this.#peers;
    const peers = new Map(before);
    for (const { peerId } of expired) peers.delete(peerId);
    try {
      this.save(peers);
    } catch (error) {
      // Saving failed. The peers are still removed from memory, and again at the next start.
      this.#peers = peers;
      this.#armExpiry();
      this.#logger.warn('peers could not be saved', { errorCode: errorCode(error) });
    }
    for (const { peerId, name, reason } of expired)
      this.emit({ kind: 'removed', peerId, [reason]: name, ...wordsOf(before.get(peerId)) });
    return expired;
  }
}

function wordsOf(record: PeerRecord | undefined): Pick<PeerChange, 'words'> {
  const words = record?.pairing?.words;
  return words === undefined ? {} : { words };
}
