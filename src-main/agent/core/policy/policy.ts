import { Alarm } from '#shared/alarm.ts';
import { RIGHTS, type Right, type RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import type { PeerBook, PeerRecord } from '../../peers/index.ts';

/** Codes `rights.*`. */
export class RightsError extends ClawReachError {
  override readonly name = 'RightsError';
}

export type RightChange = Readonly<{ peerId: PeerId; right: Right; decision: RightDecision }>;

/**
 * Decides what peers may do on this device, and reports changes. Rights are saved in the peer book.
 * - Nothing runs without approval by a person here: an undecided right is `ask`. The request waits among the approvals and is declined when its time
 * is over; nothing is approved automatically.
 * - `deny` refuses at once, without asking. So does a right whose requests are ignored, unless a decision was made since.
 * - An expired grant counts as undecided.
 * - A peer that isn't in the book has no rights.
 */
export class RightsPolicy {
  readonly #peers: PeerBook;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #listeners = new Set<(change: RightChange) => void>();
  readonly #expiry: Alarm;
  readonly #stopListening: () => void;
  /** Decisions as last told to the listeners. */
  #told: ReadonlyMap<PeerId, ReadonlyMap<Right, RightDecision>> = new Map();

  constructor(options: Readonly<{ peers: PeerBook; clock: Clock; logger?: Logger }>) {
    this.#peers = options.peers;
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.#expiry = new Alarm(options.clock, () => this.#refresh());
    this.#stopListening = options.peers.onChange((change) => {
      if (change.kind !== 'seen') this.#refresh();
    });
    this.#refresh();
  }

  decision(peerId: PeerId, right: Right): RightDecision {
    const record = this.#peers.get(peerId);
    return record === undefined ? 'deny' : this.#decide(record, right);
  }

  /**
   * Decides on a right for a peer; ignoring its requests ends with it.
   * @param expiresAt Milliseconds since 1970, in the future; null for no end.
   * @throws {PeerError} `peer.unknown`; {RightsError} `rights.expired`; {StoreError} `store.write`
   */
  set(peerId: PeerId, right: Right, decision: RightDecision, expiresAt: number | null = null): void {
    if (expiresAt !== null && expiresAt <= this.#clock.now())
      throw new RightsError('rights.expired', 'the right would end in the past', { details: { right } });
    this.#peers.setGrant(peerId, right, { decision, expiresAt });
  }

  /** Refuses from now on: the same as setting `deny`. */
  revoke(peerId: PeerId, right: Right): void {
    this.set(peerId, right, 'deny');
  }

  /**
   * Calls the listener when a decision becomes another one: set, run out, or its peer forgotten (`deny`). What runs for the peer under a
   * right that is `allow` no more has to end. The result takes the listener off again.
   */
  onChange(listener: (change: RightChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#stopListening();
    this.#expiry.cancel();
  }

  #decide(record: PeerRecord, right: Right): RightDecision {
    const grant = record.grants[right];
    if (grant !== undefined && (grant.expiresAt === null || grant.expiresAt > this.#clock.now())) return grant.decision;
    return record.ignoredRequests.includes(right) ? 'deny' : 'ask';
  }

  #refresh(): void {
    const records = this.#peers.list();
    const now = this.#clock.now();
    const before = this.#told;
    const current = new Map(
      records.map((record) => [record.peerId, new Map(RIGHTS.map((right) => [right, this.#decide(record, right)]))]),
    );
    this.#told = current;
    const ends = records.flatMap((record) => Object.values(record.grants).flatMap((grant) => grant.expiresAt ?? []));
    const next = Math.min(...ends.filter((end) => end > now));
    this.#expiry.set(Number.isFinite(next) ? next : null);
    const peerIds = new Set([...before.keys(), ...current.keys()]);
    for (const peerId of peerIds) {
      for (const right of RIGHTS) {
        const was = before.get(peerId)?.get(right) ?? 'deny';
        const decision = current.get(peerId)?.get(right) ?? 'deny';
        if (was === decision) continue;
        this.#tell({ peerId, right, decision });
      }
    }
  }
  #tell(change: RightChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#logger.error('a listener of the rights failed', { error: errorMessage(error) });
      }
    }
  }
}
