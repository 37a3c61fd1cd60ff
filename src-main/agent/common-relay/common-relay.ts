import { toBase64Url } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { answerPeer } from '../core/peer-question.ts';
import type { PeerRecord } from '../peers/index.ts';
import { commonRelayParams, relayProof, requestCommonRelay } from './messages.ts';

/** Least interval between two questions to a peer, ms. */
const ASK_INTERVAL = 2000;
/** Least interval between two answers to a peer, ms. */
const ANSWER_INTERVAL = 1000;
/** Time that a peer which has asked has to enrol this device, before this device asks in turn, ms. */
const RETURN_DELAY = 5000;

/** Most questions to a peer for admission at a relay. A relay may refuse a device also after its enrolment. */
const MOST_ADMISSIONS = 3;

/** Dependencies of `CommonRelay`. */
export type CommonRelayOptions = Readonly<{
  crypto: CryptoBackend;
  ownId: PeerId;
  clock: Clock;
  logger: Logger;
  peers: Readonly<{ get(peerId: PeerId): Pick<PeerRecord, 'pairing' | 'departure'> | undefined }>;
  relay: Readonly<{
    /** Key of the relay while this device is connected to it; undefined otherwise. */
    readonly keyOnline: Uint8Array | undefined;
    /** Key named by the relay while it doesn't admit this device; undefined otherwise. */
    readonly keyRefused: Uint8Array | undefined;
    /** Keeps those who wait for the relay waiting for an answer. */
    seekAdmission(asking: Promise<unknown>): Promise<void>;
    /** Connects again after a peer has enrolled this device. */
    admitted(): void;
    /** Own project of this device there; undefined if it owns none. */
    readonly ownProject: Readonly<{ project: string }> | undefined;
    /** Project into which a pairing there would bring a peer: the own one, or one in which this device is a full member; undefined if there is none. */
    readonly mainProject: string | undefined;
    /** Reports whether the relay lists the peer: both are in one project there. */
    isOnline(peerId: PeerId): boolean;
    readonly memberships: Readonly<{ enrol(peerId: PeerId, project: string): Promise<void> }>;
  }>;
  /** Returns the session with the peer if it has a path now. */
  current(peerId: PeerId): Pick<Session, 'open'> | undefined;
}>;

/**
 * Finds out, over existing links, which peers use the same relay as this device without a common project there, and enrols them in this device's own
 * project, as if they had been paired over that relay. A device that its relay doesn't admit asks peers there to enrol it. Only peers whose pairing
 * words a person here has compared, and whose removal no relay has ever reported, are asked, answered and enrolled: each at most once while the relay
 * connection lasts. In memory only.
 */
export class CommonRelay {
  readonly #options: CommonRelayOptions;
  /** Time of the last question to each peer, monotonic, ms. */
  readonly #asked = new Map<PeerId, number>();
  /** Time of the last answer to each peer, monotonic, ms. */
  readonly #answered = new Map<PeerId, number>();
  readonly #waiting = new Map<PeerId, Timer>();
  /** Peers enrolled on the present relay connection. */
  readonly #enrolled = new Set<PeerId>();
  /** Peers that were asked in turn on the present relay connection. */
  readonly #returned = new Set<PeerId>();

  /** Number of offers of the relay to each peer that wait for an answer. */
  readonly #offers = new Map<PeerId, number>();

  /** Number of questions for admission to each peer since the last connection to a relay. */
  readonly #admissions = new Map<PeerId, number>();

  constructor(options: CommonRelayOptions) {
    this.#options = options;
  }

  /** Called when this device has connected to a relay: earlier answers count no more. */
  connected(): void {
    this.#enrolled.clear();
    this.#returned.clear();
    this.#admissions.clear();
  }

  /**
   * Asks each peer that has a path or gets one now to enrol this device at the relay, which doesn't admit it.
   * @param link links to a peer in this network; rejects if it can't
   */
  refused(peers: readonly PeerId[], link: (peerId: PeerId) => Promise<unknown>): void {
    const { relay } = this.#options;
    const asking = peers.map(async (peerId) => {
      if (this.#open(peerId) === undefined && this.#isTrusted(peerId)) await link(peerId);
      if (this.#waiting.has(peerId) || this.#open(peerId) === undefined) return;
      await this.#ask(peerId);
    });
    void relay.seekAdmission(Promise.allSettled(asking));
  }

  /** Asks the peer now, or as soon as the interval allows, unless the relay lists it already. */
  ask(peerId: PeerId): void {
    if (this.#waiting.has(peerId) || this.#open(peerId) === undefined) return;
    const wait = ASK_INTERVAL - (this.#options.clock.monotonic() - (this.#asked.get(peerId) ?? -Infinity));
    if (wait <= 0) void this.#ask(peerId);
    else this.#askLater(peerId, wait);
  }

  /**
   * Lets a peer in while a person offers it the relay: as by a pairing, also into a project in which this device is only a member. Used by `RelayOffers`.
   * @param offering the offer and its answer
   */
  async whileOffered<T>(peerId: PeerId, offering: () => Promise<T>): Promise<T> {
    this.#offers.set(peerId, (this.#offers.get(peerId) ?? 0) + 1);
    try {
      return await offering();
    } finally {
      const left = (this.#offers.get(peerId) ?? 1) - 1;
      if (left === 0) this.#offers.delete(peerId);
      else this.#offers.set(peerId, left);
    }
  }

  /** Answers a peer's question, or refuses it. Called by `StreamGate` for each incoming stream that `isCommonRelayRequest` accepts. */
  serve(stream: IncomingStream, peerId: PeerId): void {
    const { clock } = this.#options;
    if (!this.#isTrusted(peerId)) {
      stream.refuse('rights.denied', 'this device does not name its relay to you');
      return;
    }
    const now = clock.monotonic();
    if (now - (this.#answered.get(peerId) ?? -Infinity) < ANSWER_INTERVAL) {
      stream.refuse('relay.rate', 'too many questions');
      return;
    }
    this.#answered.set(peerId, now);
    const asked = safeParse(commonRelayParams, stream.params);
    const key = this.#options.relay.keyOnline;
    const isCommon = asked.success && key !== undefined && asked.data.relay === this.#proof(key, peerId, 'theirs');
    if (isCommon && asked.data.admit === true) {
      void this.#admit(stream, peerId, key);
      return;
    }
    answerPeer(stream, isCommon ? { relay: this.#proof(key, peerId, 'own') } : {});
    if (!isCommon || this.#returned.has(peerId)) return;
    // The peer enrols this device. If it can't, because it owns no project, this device does.
    this.#returned.add(peerId);
    if (!this.#waiting.has(peerId)) this.#askLater(peerId, RETURN_DELAY);
  }

  /** Removes what is known of a peer that was removed. */
  forget(peerId: PeerId): void {
    this.#waiting.get(peerId)?.cancel();
    this.#waiting.delete(peerId);
    this.#asked.delete(peerId);
    this.#enrolled.delete(peerId);
    this.#returned.delete(peerId);
    this.#admissions.delete(peerId);
  }

  close(): void {
    for (const timer of this.#waiting.values()) timer.cancel();
    this.#waiting.clear();
  }

  /** Returns the relay's key and the session for a question to the peer; undefined if there is nothing to ask. */
  #open(peerId: PeerId): Readonly<{ key: Uint8Array; session: Pick<Session, 'open'> }> | undefined {
    const { relay, current } = this.#options;
    const key = relay.keyOnline ?? this.#keyRefused(peerId);
    if (key === undefined || relay.isOnline(peerId)) return undefined;
    if (relay.keyOnline !== undefined && this.#enrolled.has(peerId)) return undefined;
    const session = this.#isTrusted(peerId) ? current(peerId) : undefined;
    return session === undefined ? undefined : { key, session };
  }

  #keyRefused(peerId: PeerId): Uint8Array | undefined {
    return (this.#admissions.get(peerId) ?? 0) < MOST_ADMISSIONS ? this.#options.relay.keyRefused : undefined;
  }

  /** Enrols a peer that the relay doesn't admit, then answers it: it connects again at once. */
  async #admit(stream: IncomingStream, peerId: PeerId, key: Uint8Array): Promise<void> {
    const { relay, logger } = this.#options;
    const project = relay.ownProject?.project ?? (this.#offers.has(peerId) ? relay.mainProject : undefined);
    if (project === undefined) {
      answerPeer(stream, {});
      return;
    }
    this.#enrolled.add(peerId);
    logger.info('a paired device wants to use the same relay and is enrolled there', { peer: peerId });
    try {
      await relay.memberships.enrol(peerId, project);
      answerPeer(stream, { relay: this.#proof(key, peerId, 'own') });
    } catch (error) {
      // The membership could not be stored; the peer asks again.
      this.#enrolled.delete(peerId);
      logger.warn('a paired device could not be enrolled', { peer: peerId, errorCode: errorCode(error) });
      answerPeer(stream, {});
    }
  }

  #isTrusted(peerId: PeerId): boolean {
    const record = this.#options.peers.get(peerId);
    if (record === undefined || record.departure !== null) return false;
    return record.pairing?.compared !== false;
  }

  #askLater(peerId: PeerId, wait: number): void {
    const timer = this.#options.clock.setTimer(wait, () => {
      this.#waiting.delete(peerId);
      this.ask(peerId);
    });
    this.#waiting.set(peerId, timer);
  }

  async #ask(peerId: PeerId): Promise<void> {
    const open = this.#open(peerId);
    if (open === undefined) return;
    this.#asked.set(peerId, this.#options.clock.monotonic());
    const { relay, logger } = this.#options;
    const isRefused = relay.keyOnline === undefined;
    if (isRefused) this.#admissions.set(peerId, (this.#admissions.get(peerId) ?? 0) + 1);
    const answer = await requestCommonRelay(open.session, this.#proof(open.key, peerId, 'own'), isRefused);
    if (answer !== this.#proof(open.key, peerId, 'theirs')) return;
    if (isRefused) {
      relay.admitted();
      return;
    }
    // The peer may have been removed, suspended or enrolled meanwhile, and this device may be at another relay.
    const { key } = this.#open(peerId) ?? {};
    const project = relay.ownProject?.project;
    if (key === undefined || toBase64Url(key) !== toBase64Url(open.key) || project === undefined) return;
    this.#enrolled.add(peerId);
    logger.info('a paired device uses the same relay and is enrolled there', { peer: peerId });
    await relay.memberships.enrol(peerId, project);
  }

  #proof(key: Uint8Array, peerId: PeerId, whose: 'own' | 'theirs'): string {
    const { crypto, ownId } = this.#options;
    return whose === 'own' ? relayProof(crypto, key, ownId, peerId) : relayProof(crypto, key, peerId, ownId);
  }
}
