import { Alarm } from '#shared/alarm.ts';
import {
  PLAIN_RELAY_RIGHTS,
  RIGHTS,
  type BrowserMode,
  type Grant,
  type Right,
  type RightDecision,
} from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { silentLogger, type Logger } from '#shared/logger.ts';
import type { Principal, PrincipalBook } from '../principals/index.ts';

/** Error with a code `rights.*`. */
export class RightsError extends ClawReachError {
  override readonly name = 'RightsError';
}

/** New decision on a peer's right. */
export type RightChange = Readonly<{
  peerId: PeerId;
  right: Right;
  decision: RightDecision;
  /** True if the decision has changed because the peer was suspended or readmitted. */
  bySuspension?: true;
  /** True for the first decisions on a peer that was just added: nothing has changed before. */
  isFirst?: true;
}>;

/** Decision that a person has made on a right. */
export type RightReview = Readonly<{
  peerId: PeerId;
  right: Right;
  decision: RightDecision;
  /** True for no other decision than before, but another limit of size. */
  isLimitOnly: boolean;
  /** Bytes up to which it held before; Infinity for no limit. */
  limitBefore: number;
}>;

/**
 * Decides what peers, plain relays and foreign instances may do on this device, and notifies listeners of changes. Their books store the rights.
 * - An undecided right is `ask`: a person here has to approve each use. Nothing is approved automatically, and requests expire.
 * - `deny` refuses at once, without asking. A right whose requests the person ignores is denied too, unless the person has decided on it since.
 * - The right `files` is denied while it is undecided: what it gives is chosen folder by folder.
 * - An expired grant counts as undecided.
 * - A decision about messages to one agent holds in place of that about the right `message`.
 * - The right `send` may be allowed up to a size: a person is asked about each larger transfer.
 * - A plain relay has no rights but `PLAIN_RELAY_RIGHTS`, and a foreign instance none but `message`.
 * - A browser has no rights after its end, and at most what this device's setting for browsers leaves it.
 * - A browser, and a peer that another one has introduced, introduces no one. The latter has no rights after its end either.
 * - A device that isn't in the peer book has no rights, and a suspended peer none either, until a person readmits it.
 */
export class RightsPolicy {
  readonly #peers: PrincipalBook;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #browsers: () => BrowserMode;
  readonly #listeners = new Set<(change: RightChange) => void>();
  readonly #reviewers = new Set<(review: RightReview) => void>();
  readonly #expiry: Alarm;
  readonly #stopListening: () => void;
  /** Decisions of which the listeners were last notified. */
  #notified: ReadonlyMap<PeerId, ReadonlyMap<Right, RightDecision>> = new Map();
  /** Peers that are about to be removed. */
  readonly #leaving = new Set<PeerId>();
  /** Peers that were suspended at that time. */
  #suspended: ReadonlySet<PeerId> = new Set();

  /** @param options.browsers returns what browsers may do here; default: what was approved */
  constructor(
    options: Readonly<{ peers: PrincipalBook; clock: Clock; logger?: Logger; browsers?: () => BrowserMode }>,
  ) {
    this.#peers = options.peers;
    this.#clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.#browsers = options.browsers ?? (() => 'approved');
    this.#expiry = new Alarm(options.clock, () => this.#refresh());
    this.#stopListening = options.peers.onChange((change) => {
      if (change.kind !== 'seen') this.#refresh();
    });
    this.#refresh();
  }

  /** Returns the bytes of a transfer up to which the right `send` is allowed; undefined if no size is set, or no transfer is allowed. */
  sizeLimit(peerId: PeerId): number | undefined {
    return this.decision(peerId, 'send') === 'allow' ? this.#peers.get(peerId)?.grants.send?.most : undefined;
  }

  /**
   * Returns the decision that holds now.
   * @param agent agent of this device to which the peer writes, for the right `message` only
   * @param size bytes of the transfer, for the right `send` only
   */
  decision(peerId: PeerId, right: Right, agent?: string, size = 0): RightDecision {
    const record = this.#peers.get(peerId);
    if (record === undefined) return 'deny';
    const decision = this.#decide(record, right, agent);
    return decision === 'allow' && size > (record.grants[right]?.most ?? Infinity) ? 'ask' : decision;
  }

  /**
   * Returns those of these agents whose names the peer may know: to which it may write without a question, or of which a person has said that it may ask.
   * Undefined if it may know none whatever there is.
   */
  named(peerId: PeerId, agents: readonly string[]): ReadonlySet<string> | undefined {
    const record = this.#peers.get(peerId);
    if (record === undefined) return undefined;
    const chosen = new Set(record.agents?.map(({ agent }) => agent));
    const known = agents.filter((agent) => {
      const decision = this.#decide(record, 'message', agent);
      return decision === 'allow' || (decision === 'ask' && chosen.has(agent));
    });
    return known.length === 0 && this.#decide(record, 'message') !== 'allow' ? undefined : new Set(known);
  }

  /** Returns the time at which the decision that holds now ends by itself, ms since 1970; null for none. */
  endOf(peerId: PeerId, right: Right): number | null {
    const record = this.#peers.get(peerId);
    if (record === undefined || this.#isBarred(record)) return null;
    const grant = record.grants[right];
    return grant !== undefined && grant.decision === this.#decide(record, right) ? grant.expiresAt : null;
  }

  /**
   * Sets the decision on a peer's right in the peer book. The peer's requests for that right are no longer ignored. A new `allow` waits until the
   * pairing words of the peer are confirmed.
   * @param expiresAt ms since 1970, in the future; null for no end
   * @param most with an `allow` of the right `send`: bytes up to which it holds; undefined for no limit
   * @throws {PeerError} `peer.unknown`; {RightsError} `rights.expired`, `rights.no-size`; {StoreError} `store.write`
   */
  set(peerId: PeerId, right: Right, decision: RightDecision, expiresAt: number | null = null, most?: number): void {
    if (expiresAt !== null && expiresAt <= this.#clock.now())
      throw new RightsError('rights.expired', 'the right would end in the past', { details: { right } });
    if (most !== undefined && !(right === 'send' && decision === 'allow'))
      throw new RightsError('rights.no-size', 'only sent files have a limit of size', { details: { right } });
    const limits = (): readonly [RightDecision, number | undefined] => [
      this.decision(peerId, right),
      this.#peers.get(peerId)?.grants[right]?.most,
    ];
    const [wasDecision, wasLimit] = limits();
    this.#peers.setGrant(peerId, right, { decision, expiresAt, ...(most === undefined ? {} : { most }) });
    const [isDecision, isLimit] = limits();
    const isLimitOnly = wasDecision === isDecision && wasLimit !== isLimit;
    for (const reviewed of this.#reviewers)
      reviewed({ peerId, right, decision, isLimitOnly, limitBefore: wasLimit ?? Infinity });
  }

  /** Reports whether the peer is denied everything, whatever it was allowed: it is suspended, about to be removed, or a browser that may do nothing here. */
  isBarred(peerId: PeerId): boolean {
    const record = this.#peers.get(peerId);
    return record === undefined || this.#isBarred(record);
  }

  /**
   * Denies a peer that is about to be removed everything. What runs already is ended by the removal.
   * @returns a function that ends this, called after the removal or if it has failed
   */
  bar(peerId: PeerId): () => void {
    this.#leaving.add(peerId);
    return () => void this.#leaving.delete(peerId);
  }

  /** Reports whether what a person has allowed the peer counts without a new question. False for browsers if each use of theirs is asked about. */
  mayRemember(peerId: PeerId): boolean {
    return this.#peers.get(peerId)?.browser === undefined || this.#browsers() !== 'ask';
  }

  /** Sets the decision to `deny`. */
  revoke(peerId: PeerId, right: Right): void {
    this.set(peerId, right, 'deny');
  }

  /**
   * Calls the listener when a decision changes: set by a person, expired, or denied because the peer was removed. Listeners end what the peer does
   * under a right that is no longer `allow`.
   * @returns a function that unsubscribes the listener
   */
  onChange(listener: (change: RightChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Calls the listener when a person has decided on a right, also if the decision stays the same. Listeners end what was approved for a while.
   * @returns a function that unsubscribes the listener
   */
  onReview(listener: (review: RightReview) => void): () => void {
    this.#reviewers.add(listener);
    return () => void this.#reviewers.delete(listener);
  }

  close(): void {
    this.#stopListening();
    this.#expiry.cancel();
  }

  #decide(record: Principal, right: Right, agent?: string): RightDecision {
    if (this.#isBarred(record)) return 'deny';
    if (right === 'introduce' && !mayIntroduce(record)) return 'deny';
    if (record.foreign === true && right !== 'message') return 'deny';
    if (record.relayReads === true && !PLAIN_RELAY_RIGHTS.some((held) => held === right)) return 'deny';
    const named = agent === undefined ? undefined : record.agents?.find((one) => one.agent === agent);
    const grant = named !== undefined && this.#isOn(named) ? named : record.grants[right];
    const isIgnored = record.ignoredRequests.includes(right);
    const holds = grant !== undefined && this.#isOn(grant);
    // A person who ignores requests has chosen so after choosing to be asked: a later choice would have ended the ignoring.
    if (holds && !(isIgnored && grant.decision === 'ask'))
      return grant.decision === 'allow' && !this.mayRemember(record.peerId) ? 'ask' : grant.decision;
    return isIgnored || right === 'files' ? 'deny' : 'ask';
  }

  #isOn({ expiresAt }: Pick<Grant, 'expiresAt'>): boolean {
    return expiresAt === null || expiresAt > this.#clock.now();
  }

  #isBarred({ peerId, browser, introduced }: Principal): boolean {
    if (this.#peers.isSuspended(peerId)) return true;
    if (this.#leaving.has(peerId)) return true;
    if (introduced !== undefined && introduced.endsAt <= this.#clock.now()) return true;
    // The peer book removes a browser at its end, perhaps a moment later.
    return browser !== undefined && (this.#browsers() === 'never' || browser.endsAt <= this.#clock.now());
  }

  #refresh(): void {
    const records = this.#peers.list();
    const now = this.#clock.now();
    const before = this.#notified;
    const current = new Map(
      records.map((record) => [record.peerId, new Map(RIGHTS.map((right) => [right, this.#decide(record, right)]))]),
    );
    const suspendedBefore = this.#suspended;
    this.#notified = current;
    this.#suspended = new Set([...current.keys()].filter((peerId) => this.#peers.isSuspended(peerId)));
    const ends = records.flatMap((record) => [
      ...Object.values(record.grants).flatMap((grant) => grant.expiresAt ?? []),
      ...(record.browser === undefined ? [] : [record.browser.endsAt]),
      ...(record.introduced === undefined ? [] : [record.introduced.endsAt]),
    ]);
    const next = Math.min(...ends.filter((end) => end > now));
    this.#expiry.set(Number.isFinite(next) ? next : null);
    const peerIds = new Set([...before.keys(), ...current.keys()]);
    for (const peerId of peerIds) {
      for (const right of RIGHTS) {
        const was = before.get(peerId)?.get(right) ?? 'deny';
        const decision = current.get(peerId)?.get(right) ?? 'deny';
        if (was === decision) continue;
        const bySuspension = suspendedBefore.has(peerId) !== this.#suspended.has(peerId) && current.has(peerId);
        this.#notify({
          peerId,
          right,
          decision,
          ...(bySuspension ? { bySuspension } : {}),
          ...(before.has(peerId) ? {} : { isFirst: true }),
        });
      }
    }
  }
  #notify(change: RightChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#logger.error('a listener of the rights failed', { error: errorMessage(error) });
      }
    }
  }
}

/** Reports whether a principal can have the right `introduce`: only a device that a person here has paired, and no browser. */
function mayIntroduce({ browser, introduced }: Principal): boolean {
  return browser === undefined && introduced === undefined;
}
