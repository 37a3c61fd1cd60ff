import type { Grant, Right } from '#shared/app-api/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { PeerBook, PeerChange, PeerRecord } from '../../peers/index.ts';

/**
 * Requester whose rights a person decides on: a peer, a plain relay or a foreign instance. The ID of one of the latter has the form of a peer ID but belongs to no key, so no
 * device can authenticate as it. Records of `PeerBook` have this form.
 */
export type Principal = Pick<
  PeerRecord,
  'peerId' | 'name' | 'grants' | 'agents' | 'ignoredRequests' | 'pairing' | 'browser' | 'introduced'
> &
  Readonly<{
    /** Set for a plain relay, which reads and can command what it carries. It has only the rights `PLAIN_RELAY_RIGHTS`. */
    relayReads?: true;
    /** Set for a foreign instance: the relay alone says who it is, and can write in its name. It has only the right `message`. */
    foreign?: true;
  }>;

/** Book of principals, whose rights `RightsPolicy` and `ApprovalStore` read and change. `PeerBook` is one. */
export interface PrincipalBook {
  get(peerId: PeerId): Principal | undefined;
  list(): readonly Principal[];
  /** Sets the decision on a right, or removes it (undefined). @throws {ClawReachError} if there is no such principal; {StoreError} `store.write` */
  setGrant(peerId: PeerId, right: Right, grant: Grant | undefined): unknown;
  /** Declines the principal's further requests for this right without showing them. @throws as `setGrant` */
  ignoreRequests(peerId: PeerId, right: Right): unknown;
  /** Checks that a request of this principal may be approved. @throws {PeerError} `peer.uncompared` before its pairing words are confirmed */
  requireCompared(peerId: PeerId): void;
  /** Reports whether the relay removed the principal and no person has readmitted it. */
  isSuspended(peerId: PeerId): boolean;
  onChange(listener: (change: PeerChange) => void): () => void;
}

/**
 * All principals of this device: the peers, the plain relays and the foreign instances. One per agent. Reads and writes through their books.
 */
export class Principals implements PrincipalBook {
  readonly #peers: PeerBook;
  readonly #others: PrincipalBook[];
  readonly #listeners = new Set<(change: PeerChange) => void>();

  constructor(peers: PeerBook, ...others: readonly PrincipalBook[]) {
    this.#peers = peers;
    this.#others = [...others];
    for (const book of [peers, ...others]) book.onChange((change) => this.#emit(change));
  }

  /** Adds a book of principals. Called by the module that owns it. */
  add(book: PrincipalBook): void {
    this.#others.push(book);
    book.onChange((change) => this.#emit(change));
    for (const { peerId } of book.list()) this.#emit({ kind: 'added', peerId });
  }

  get(peerId: PeerId): Principal | undefined {
    return this.#bookOf(peerId).get(peerId);
  }

  nameOf(peerId: PeerId): string | undefined {
    return this.#peers.nameOf(peerId) ?? this.get(peerId)?.name;
  }

  isSuspended(peerId: PeerId): boolean {
    return this.#peers.isSuspended(peerId);
  }

  /** Reports whether this is the ID of a plain relay, which reads what it carries. */
  relayReads(peerId: PeerId): boolean {
    return this.#bookOf(peerId).get(peerId)?.relayReads === true;
  }

  list(): readonly Principal[] {
    return [this.#peers, ...this.#others].flatMap((book: PrincipalBook) => book.list());
  }

  setGrant(peerId: PeerId, right: Right, grant: Grant | undefined): void {
    this.#bookOf(peerId).setGrant(peerId, right, grant);
  }

  ignoreRequests(peerId: PeerId, right: Right): void {
    this.#bookOf(peerId).ignoreRequests(peerId, right);
  }

  requireCompared(peerId: PeerId): void {
    this.#bookOf(peerId).requireCompared(peerId);
  }

  onChange(listener: (change: PeerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Returns the book that has this principal; the peer book if none has. */
  #bookOf(peerId: PeerId): PrincipalBook {
    if (this.#peers.nameOf(peerId) !== undefined) return this.#peers;
    return this.#others.find((book) => book.get(peerId) !== undefined) ?? this.#peers;
  }

  #emit(change: PeerChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
