import type { ApprovalView, Requested, Right } from '#shared/app-api/index.ts';
import { cleanDetail, cutText } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { isUncompared } from '../../peers/index.ts';
import type { PrincipalBook } from '../principals/index.ts';
import type { AuditLog, DocumentFile } from '../store/index.ts';
import { ApprovalHistory, type ApprovalRecord } from './history.ts';
import { Pauses, type Topic } from './pauses.ts';
import { QuestionBudget, type QuestionRate } from './question-budget.ts';
import {
  auditedText,
  isTooLong,
  requestKey,
  requestTopic,
  shownText,
  textBytes,
  type RequestText,
  type ShownText,
} from './request-text.ts';

/** Error with a code `approval.*`. */
export class ApprovalError extends ClawReachError {
  override readonly name = 'ApprovalError';
}

/** Outcome of a request. Only `approved` allows the requested action. */
export type ApprovalOutcome = ApprovalRecord['state'];

/** Request of a peer for a right. */
export type ApprovalRequest = RequestText &
  Readonly<{
    peerId: PeerId;
    right: Requested;
    /** Agent of this device to which the peer writes, for the right `message` only. */
    agent?: string | undefined;
    /** Permanently grants exactly this request, such as one target; undefined: "remember" grants the whole right. */
    remember?: (() => void) | undefined;
    /** Time for which an approval covers equal requests too, ms; undefined: it covers this one only. */
    lasts?: number | undefined;
  }>;

/**
 * Later requests to which an approval applies: none, all of this right, or those until a time, ms since 1970; `agentOnly`: of these, only messages to the
 * same agent; `most`: only transfers of up to so many bytes. `by`: name of the browser in which the person has answered.
 */
export type ApprovalScope = Readonly<{ always?: true; until?: number; agentOnly?: true; most?: number; by?: string }>;

/** Limits of an `ApprovalStore`, which keep peers from flooding the person. */
export type ApprovalLimits = Readonly<{
  /** Time to decide a request, ms. */
  lifetime: number;
  /** Most undecided requests of one peer. */
  pendingPerPeer: number;
  pending: number;
  /** Most bytes of one peer's undecided requests as sent to user interfaces. All undecided requests must fit into one message. */
  bytesPerPeer: number;
  bytes: number;
  /** Most callers that wait for the same request. */
  waiters: number;
  /** New requests that one peer may make, including those that it withdraws. */
  questions: QuestionRate;
}>;

/** Limits that the agent uses. */
export const APPROVAL_LIMITS: ApprovalLimits = {
  lifetime: 120_000,
  pendingPerPeer: 8,
  pending: 64,
  bytesPerPeer: 65_536,
  bytes: 524_288,
  waiters: 16,
  questions: { burst: 16, perMinute: 6 },
};

/** Most characters of a request in the history if it wasn't approved. An approved one is stored in full. */
const KEPT_OF_REFUSED = 2048;
/** Most characters of a request in the audit log. */
const AUDITED = 8192;
/** Most characters of the reason for a decision. */
const REASON_LIMIT = 512;

type Waiter = Readonly<{ settle: (outcome: ApprovalOutcome) => void; askAgain: () => void }>;
type Pending = Readonly<{
  id: number;
  peerId: PeerId;
  right: Requested;
  agent: string | undefined;
  size: number | undefined;
  key: string;
  topic: string;
  shown: ShownText;
  bytes: number;
  /** Text for the audit log. */
  what: string;
  remember: (() => void) | undefined;
  lasts: number | undefined;
  requestedAt: number;
  waiters: Set<Waiter>;
}> & {
  expiresAt: number;
  timer: Timer;
  /** True while the person has not yet compared the pairing words of the peer. Until then the request can't be approved. */
  uncompared: boolean;
  relayReads: boolean;
  browser: boolean;
};

/**
 * Undecided requests of peers, held in memory until a person decides, they expire or the requester is gone, and the saved history of decided ones.
 * One per agent. Every check of an undecided right calls `request`; the app API lists requests and decides. Writes the audit log; a decision to
 * ignore requests is stored in the peer book.
 */
export class ApprovalStore {
  readonly #peers: PrincipalBook;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #limits: ApprovalLimits;
  readonly #history: ApprovalHistory;
  readonly #pauses: Pauses;
  readonly #questions: QuestionBudget;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  /** Requests that a person ignores at this moment. */
  #ignoring: Readonly<{ peerId: PeerId; right: Right }> | undefined;

  constructor(
    options: Readonly<{
      file: DocumentFile;
      peers: PrincipalBook;
      clock: Clock;
      logger: Logger;
      audit: Pick<AuditLog, 'record'>;
      limits?: Partial<ApprovalLimits>;
    }>,
  ) {
    this.#peers = options.peers;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#audit = options.audit;
    this.#limits = { ...APPROVAL_LIMITS, ...options.limits };
    this.#history = new ApprovalHistory(options);
    this.#pauses = new Pauses(options.clock);
    this.#questions = new QuestionBudget(options.clock, this.#limits.questions);
    this.#stopListening = options.peers.onChange((change) => {
      if (change.kind === 'updated') this.#followComparison(change.peerId);
      if (change.kind !== 'removed') return;
      this.#settleAll((pending) => pending.peerId === change.peerId, 'withdrawn');
      this.mayAskAgain(change.peerId);
    });
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /**
   * Shows a request to the person and waits for the decision. Equal requests of one peer are shown once. Resolves at once to `denied` if the request
   * is too long, if too many are undecided or were made lately, or during the pause after "Decline"; to `ignored` if the person ignores such
   * requests. Never rejects.
   * @param signal aborted when the requester is gone; the outcome is then `withdrawn`
   * @param onAsked called at once if the person is asked; not if it resolves without a question
   */
  request(
    request: ApprovalRequest,
    signal?: AbortSignal,
    onAsked: () => void = () => undefined,
  ): Promise<ApprovalOutcome> {
    const { peerId, right } = request;
    const peer = this.#peers.get(peerId);
    if (signal?.aborted === true) return Promise.resolve('withdrawn');
    if (peer === undefined) return Promise.resolve('denied');
    if (peer.ignoredRequests.some((ignored) => ignored === right)) return Promise.resolve('ignored');
    if (isTooLong(request)) return Promise.resolve('denied');
    const same = this.#findSame(request);
    if (same === undefined && this.pauseLeft(request) > 0) return Promise.resolve('denied');
    const pending = same ?? this.#create(request);
    if (pending === undefined || pending.waiters.size >= this.#limits.waiters) {
      this.#logger.warn('too many requests of a peer wait for approval', { peer: peerId, right });
      return Promise.resolve('denied');
    }
    onAsked();
    return new Promise((resolve) => {
      const abort = (): void => {
        pending.waiters.delete(waiter);
        resolve('withdrawn');
        if (pending.waiters.size === 0) this.#settle(pending, 'withdrawn');
      };
      const waiter: Waiter = {
        settle: (outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
        askAgain: () => {
          signal?.removeEventListener('abort', abort);
          resolve(this.request(request, signal));
        },
      };
      pending.waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
      if (pending.waiters.size === 1) this.#emit();
    });
  }

  /** Returns the rest of the pause after "Decline", ms; 0 for none. During the pause this request is declined without being shown. */
  pauseLeft(request: Omit<ApprovalRequest, 'remember' | 'lasts'>): number {
    return this.#pauses.left(topicOf(request));
  }

  /** Ends pauses after "Decline". Called when the person has reviewed what this peer may do. */
  mayAskAgain(peerId: PeerId, right?: Right): void {
    this.#pauses.forget(peerId, right);
    this.#questions.refill(peerId);
  }

  /** Returns requests, newest first: the undecided ones; with `all` also the decided ones. */
  list(all = false): readonly ApprovalView[] {
    const waiting = [...this.#pending.values()].map((pending) => this.#view(pending, 'pending', null));
    const decided = all ? this.#history.entries.map((entry): ApprovalView => ({ kind: 'right', ...entry })) : [];
    const paused = this.#pauses.leftById();
    return [...waiting, ...decided.map((view) => this.#withPause(view, paused))].sort((a, b) => b.id - a.id);
  }

  /**
   * Decides a request. An approval answers one waiting caller; for other callers with an equal request, the request is shown again. `ignore` also
   * declines the peer's other requests for this right and all later ones.
   * @param reason kept with the decision
   * @throws {ApprovalError} `approval.gone` if the request is decided, expired, withdrawn or unknown, `approval.once-only` if an offer would be
   * approved or ignored for longer; {PeerError} `peer.uncompared` for an approval
   * before the pairing words of the peer are confirmed (the request stays undecided); {StoreError} `store.write`
   */
  decide(id: number, decision: 'approve' | 'not-now' | 'ignore', reason = '', scope: ApprovalScope = {}): ApprovalView {
    const pending = this.#pending.get(id);
    // The time is over even if the timer is late: nothing is accepted then.
    if (pending !== undefined && this.#clock.now() >= pending.expiresAt) this.#settle(pending, 'expired');
    if (pending === undefined || !this.#pending.has(id))
      throw new ApprovalError('approval.gone', `request ${id} does not wait for an answer`, { details: { id } });
    const { right } = pending;
    const isLasting = scope.always === true || scope.until !== undefined;
    if (right === 'use-relay' && (decision === 'ignore' || isLasting))
      throw new ApprovalError('approval.once-only', 'an offer is approved or declined each time', { details: { id } });
    if (decision === 'approve') this.#peers.requireCompared(pending.peerId);
    const why = cleanDetail(reason.trim(), REASON_LIMIT);
    if (decision === 'approve')
      return this.#approve(pending, why, isLasting ? scope : { ...this.#ownScope(pending), ...scope });
    if (decision === 'not-now') this.#pauses.refused(pending, id);
    const outcome = ({ 'not-now': 'denied', ignore: 'ignored' } as const)[decision];
    if (decision === 'ignore' && right !== 'use-relay') this.#ignore(pending.peerId, right);
    const view = this.#settle(pending, outcome, why, scope);
    if (decision === 'ignore')
      this.#settleAll((other) => other.peerId === pending.peerId && other.right === pending.right, 'ignored');
    return this.#withPause(view, this.#pauses.leftById());
  }

  /** Declines the peer's further requests for a right. The change of the right that follows decides nothing: `decide` does, with the person's words. */
  #ignore(peerId: PeerId, right: Right): void {
    this.#ignoring = { peerId, right };
    try {
      this.#peers.ignoreRequests(peerId, right);
    } finally {
      this.#ignoring = undefined;
    }
  }

  /** Ends the pause after "Decline" to this request: the next equal one is shown. Does nothing without a pause. */
  askAgain(id: number): void {
    this.#pauses.end(id);
    this.#emit();
  }

  /** Returns the function that permanently grants exactly this request; undefined if only the whole right can be granted. Call it before `decide`. */
  remembering(id: number): (() => void) | undefined {
    return this.#pending.get(id)?.remember;
  }

  /** Decides a peer's waiting requests for a right. Called after the person has allowed or denied the whole right. */
  answerAll(peerId: PeerId, right: Right, decision: 'allow' | 'deny'): void {
    this.decided(peerId, right, decision === 'allow' ? 'approved' : 'denied');
  }

  /**
   * Settles a peer's waiting requests for a right, and ends their pauses. What is larger than the right allows waits on.
   * @param isMeant reports whether the decision is about messages to this agent; default: to those about which a person hasn't decided on their own
   */
  decided(
    peerId: PeerId,
    right: Right,
    outcome: 'approved' | 'denied',
    isMeant: (agent: string | undefined) => boolean = (agent) =>
      this.#peers.get(peerId)?.agents?.some((one) => one.agent === agent) !== true,
  ): void {
    if (this.#ignoring?.peerId === peerId && this.#ignoring.right === right) return;
    this.mayAskAgain(peerId, right);
    const most = this.#peers.get(peerId)?.grants[right]?.most ?? Infinity;
    this.#settleAll(
      ({ peerId: asker, right: asked, agent, size = 0 }) =>
        asker === peerId && asked === right && isMeant(agent) && (outcome === 'denied' || size <= most),
      outcome,
    );
  }

  /** Calls the listener after each change of the undecided requests. @returns a function that unsubscribes the listener */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Withdraws undecided requests and saves the history. */
  close(): void {
    this.#stopListening();
    this.#settleAll(() => true, 'withdrawn');
    this.#history.flush();
  }

  /** Returns what an approval covers that a person didn't extend. */
  #ownScope({ lasts }: Pending): ApprovalScope {
    return lasts === undefined ? {} : { until: this.#clock.now() + lasts };
  }

  #approve(pending: Pending, why: string, scope: ApprovalScope): ApprovalView {
    const [, ...others] = pending.waiters;
    for (const other of others) pending.waiters.delete(other);
    this.#pauses.approved(pending);
    this.#questions.refill(pending.peerId);
    const view = this.#settle(pending, 'approved', why, scope);
    for (const other of others) other.askAgain();
    return view;
  }

  /** Restarts the time limit of a peer's requests once its pairing words are confirmed. */
  #followComparison(peerId: PeerId): void {
    const peer = this.#peers.get(peerId);
    if (peer === undefined) return;
    const uncompared = isUncompared(peer);
    const other = [...this.#pending.values()].filter(
      (pending) => pending.peerId === peerId && pending.uncompared !== uncompared,
    );
    for (const pending of other) {
      pending.uncompared = uncompared;
      // A request whose timer is late has expired all the same.
      if (uncompared || this.#clock.now() >= pending.expiresAt) continue;
      pending.timer.cancel();
      pending.expiresAt = this.#clock.now() + this.#limits.lifetime;
      pending.timer = this.#expire(pending);
    }
    if (other.length > 0) this.#emit();
  }

  #expire(pending: Pick<Pending, 'id'>): Timer {
    return this.#clock.setTimer(this.#limits.lifetime, () => {
      const waiting = this.#pending.get(pending.id);
      if (waiting !== undefined) this.#settle(waiting, 'expired');
    });
  }

  #findSame(request: ApprovalRequest): Pending | undefined {
    const { peerId, right, size } = request;
    const key = requestKey(request);
    // Sizes are shown rounded, and a limit of the right counts each byte.
    return [...this.#pending.values()].find(
      (pending) => pending.peerId === peerId && pending.right === right && pending.key === key && pending.size === size,
    );
  }

  #create(request: ApprovalRequest): Pending | undefined {
    const { peerId, right, agent, size, remember, lasts } = request;
    const peer = this.#peers.get(peerId);
    if (peer === undefined) return undefined;
    const shown = shownText(request);
    const bytes = textBytes(shown);
    if (!this.#hasRoomFor(peerId, bytes)) return undefined;
    if (!this.#questions.take(peerId)) return undefined;
    const requestedAt = this.#clock.now();
    const id = this.#history.takeId();
    const pending: Pending = {
      id,
      peerId,
      right,
      agent,
      size,
      key: requestKey(request),
      topic: topicOf(request).topic,
      shown,
      bytes,
      what: cutText(auditedText(request), AUDITED),
      remember,
      lasts,
      requestedAt,
      expiresAt: requestedAt + this.#limits.lifetime,
      timer: this.#expire({ id }),
      uncompared: isUncompared(peer),
      relayReads: peer.relayReads === true,
      browser: peer.browser !== undefined,
      waiters: new Set(),
    };
    this.#pending.set(id, pending);
    this.#audit.record('approval.requested', {
      ...this.#named(peerId),
      right,
      approval: id,
      what: cutText(pending.what, KEPT_OF_REFUSED),
    });
    return pending;
  }

  #hasRoomFor(peerId: PeerId, bytes: number): boolean {
    const { pendingPerPeer, pending: most, bytesPerPeer, bytes: mostBytes } = this.#limits;
    const all = [...this.#pending.values()];
    const ofPeer = all.filter((pending) => pending.peerId === peerId);
    const sum = (some: readonly Pending[]): number => some.reduce((total, pending) => total + pending.bytes, bytes);
    return ofPeer.length < pendingPerPeer && all.length < most && sum(ofPeer) <= bytesPerPeer && sum(all) <= mostBytes;
  }

  #settleAll(which: (pending: Pending) => boolean, outcome: ApprovalOutcome): void {
    for (const pending of this.#pending.values()) {
      if (which(pending)) this.#settle(pending, outcome);
    }
  }

  #settle(pending: Pending, outcome: ApprovalOutcome, why = '', scope: ApprovalScope = {}): ApprovalView {
    const decidedAt = this.#clock.now();
    const reason = { ...(why !== '' && { reason: why }), ...scope };
    const view = { ...this.#view(pending, outcome, decidedAt), ...reason };
    if (!this.#pending.delete(pending.id)) return view;
    pending.timer.cancel();
    const { id, peerId, right, agent, shown, requestedAt, expiresAt, what } = pending;
    this.#history.add({
      id,
      peerId,
      peerName: view.peerName,
      right,
      ...(agent === undefined ? {} : { agent }),
      ...(outcome === 'approved' ? shown : keptOfRefused(shown)),
      requestedAt,
      expiresAt,
      state: outcome,
      decidedAt,
      ...reason,
      ...(pending.relayReads ? { relayReads: true } : {}),
      ...(pending.browser ? { browser: true } : {}),
    });
    this.#audit.record('approval.decided', {
      ...this.#named(peerId),
      right,
      approval: id,
      outcome,
      what: outcome === 'approved' ? what : null,
    });
    for (const waiter of pending.waiters) waiter.settle(outcome);
    this.#emit();
    return view;
  }

  #view(pending: Pending, state: ApprovalView['state'], decidedAt: number | null): ApprovalView {
    const { id, peerId, right, agent, size, shown, requestedAt, expiresAt } = pending;
    const peerName = this.#named(peerId).name;
    const facts = [...shown.facts];
    return {
      id,
      kind: 'right',
      peerId,
      peerName,
      right,
      detail: shown.detail,
      facts,
      ...(agent === undefined ? {} : { agent }),
      ...(state === 'pending' && size !== undefined ? { size } : {}),
      requestedAt,
      expiresAt,
      state,
      decidedAt,
      ...(state === 'pending' && pending.uncompared ? { uncompared: true } : {}),
      ...(pending.relayReads ? { relayReads: true } : {}),
      ...(pending.browser ? { browser: true } : {}),
    };
  }

  #withPause(view: ApprovalView, paused: ReadonlyMap<number, number>): ApprovalView {
    const left = paused.get(view.id);
    return left === undefined ? view : { ...view, declinedUntil: Math.round(this.#clock.now() + left) };
  }

  /** Returns the peer with its name, or with the beginning of its ID if the peer was removed. */
  #named(peer: PeerId): { peer: PeerId; name: string } {
    return { peer, name: this.#peers.get(peer)?.name ?? peer.slice(0, 7) };
  }

  #emit(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#logger.error('a listener of the approvals failed', { errorCode: errorCode(error) });
      }
    }
  }
}

function topicOf(request: Omit<ApprovalRequest, 'remember' | 'lasts'>): Topic {
  return { peerId: request.peerId, right: request.right, topic: requestTopic(request) };
}

function keptOfRefused({ detail, facts }: ShownText): ShownText {
  return {
    detail: cutText(detail, KEPT_OF_REFUSED),
    facts: facts.map(({ fact, value }) => ({ fact, value: cutText(value, KEPT_OF_REFUSED) })),
  };
}
