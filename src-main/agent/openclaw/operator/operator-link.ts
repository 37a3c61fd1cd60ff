import * as z from 'zod';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { GatewayChannel } from '../gateways/index.ts';
import type { RequestOutcome, Inbox, PendingRequest } from './inbox.ts';
import type { OperatorLimits } from './limits.ts';
import { NodeNames } from './node-names.ts';
import { ReplacedRequests } from './replaced-requests.ts';
import { readDecision, readId, parseGatewayRequest, type ForeignRequestKind } from './parse-requests.ts';
import { missingScopes, SCOPES } from './scopes.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Method that lists the requests of a kind, prefix of their events, and the scope to see them. */
const KINDS: Readonly<Record<ForeignRequestKind, Readonly<{ list: string; events: string; scope: string }>>> = {
  device: { list: 'device.pair.list', events: 'device.pair', scope: SCOPES.pairing },
  node: { list: 'node.pair.list', events: 'node.pair', scope: SCOPES.pairing },
  exec: { list: 'exec.approval.list', events: 'exec.approval', scope: SCOPES.approvals },
  plugin: { list: 'plugin.approval.list', events: 'plugin.approval', scope: SCOPES.approvals },
};
const ALL = Object.keys(KINDS) as readonly ForeignRequestKind[];
/** Kinds whose requests can end unannounced, when a device gives up or is removed. */
const PAIRING: readonly ForeignRequestKind[] = ['device', 'node'];

/** Meaning of an event. */
type EventMeaning = Readonly<{ kind: ForeignRequestKind; isNew: boolean }>;
const BY_EVENT: ReadonlyMap<string, EventMeaning> = new Map(
  ALL.flatMap((kind): readonly (readonly [string, EventMeaning])[] => [
    [`${KINDS[kind].events}.requested`, { kind, isNew: true }],
    [`${KINDS[kind].events}.resolved`, { kind, isNew: false }],
  ]),
);

const resolved = z.object({
  decision: z.string().max(64),
  resolvedBy: z.string().max(4096).nullish().catch(null),
});
const approvalAnswer = z.object({
  approval: z.object({ status: z.string().max(64), decision: z.string().max(64).nullish().catch(null) }),
});
/** Time before a request's end in which a rejection without a person counts as its expiry, ms. */
const EXPIRY_SLACK = 5000;
/** Most requests, gone from the list without an event, whose outcome is requested. */
const MOST_OUTCOME_REQUESTS = 16;

/** Most rows of a list that are read, and most IDs remembered while a list is on its way: far more than any gateway keeps. */
const MOST_ROWS = 4096;

/** Changes while a list was on its way, which the list may miss. */
type Meanwhile = Readonly<{ came: Set<string>; went: Set<string> }>;

/**
 * Follower of one gateway's requests over one connection; keeps `Inbox` up to date: listens to events, then reads the lists and merges them by ID.
 * Reads them again after lost events, and at intervals while pairing requests wait. Requests that it ends in `Inbox` are saved in the history and
 * written to the audit log; it corrects the history for replaced ones. Sends no decisions itself.
 */
export class OperatorLink {
  readonly channel: GatewayChannel;
  readonly #inbox: Inbox;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: OperatorLimits;
  readonly #amend: (key: string) => void;
  readonly #names = new NodeNames();
  readonly #meanwhile = new Map<ForeignRequestKind, Meanwhile>();
  readonly #listed = new Map<ForeignRequestKind, ReadonlySet<string>>();
  readonly #listing = new Map<ForeignRequestKind, Promise<void>>();
  /** Decisions being sent, with the outcome that an event has reported meanwhile. */
  readonly #answering = new Map<string, RequestOutcome | undefined>();
  readonly #replaced: ReplacedRequests;
  #hasOverflowed = false;
  #soon: Timer | undefined;
  #later: Timer | undefined;

  constructor(
    options: Readonly<{
      channel: GatewayChannel;
      inbox: Inbox;
      clock: Clock;
      logger: Logger;
      limits: OperatorLimits;
      /** Marks an ended request as replaced. */
      amend(key: string): void;
    }>,
  ) {
    this.channel = options.channel;
    this.#inbox = options.inbox;
    this.#clock = options.clock;
    this.#replaced = new ReplacedRequests(options.clock);
    this.#logger = options.logger;
    this.#limits = options.limits;
    this.#amend = options.amend;
    const { channel } = options;
    channel.onEvent((event, payload) => this.#onEvent(event, payload));
    channel.onGap(() => this.#refreshSoon());
    channel.closed.addEventListener('abort', () => this.close(), { once: true });
    void this.refreshAll();
  }

  /** Reads the lists again after a request has ended, if some had found no room. */
  hasRoom(): void {
    if (this.#hasOverflowed) this.#refreshSoon();
  }

  /** Reads and merges the lists of all kinds. */
  async refreshAll(): Promise<void> {
    this.#hasOverflowed = false;
    await this.#lookAt(ALL);
  }

  async #lookAt(kinds: readonly ForeignRequestKind[]): Promise<void> {
    await Promise.all(
      kinds.map((kind) =>
        this.refresh(kind).catch((error: unknown) => {
          if (this.channel.closed.aborted) return;
          this.#logger.warn('the requests of a gateway could not be listed', { kind, error: errorMessage(error) });
        }),
      ),
    );
    this.#refreshLater();
  }

  /** Reads and merges the list of one kind; concurrent calls share it. @throws {GatewayError} */
  refresh(kind: ForeignRequestKind): Promise<void> {
    const running = this.#listing.get(kind);
    if (running !== undefined) return running;
    const listing = this.#list(kind).finally(() => {
      this.#listing.delete(kind);
      this.#meanwhile.delete(kind);
    });
    this.#listing.set(kind, listing);
    return listing;
  }

  /** Reads and merges a list requested after this call. @throws {GatewayError} */
  async refreshAgain(kind: ForeignRequestKind): Promise<void> {
    await this.#listing.get(kind)?.catch(() => undefined);
    await this.refresh(kind);
  }

  /** Sends a decision. Events about the request are held meanwhile: they are its echo, or someone else was faster. */
  async sendingDecision<Value>(waiting: PendingRequest, work: () => Promise<Value>): Promise<Value> {
    this.#answering.set(waiting.identity, undefined);
    try {
      return await work();
    } finally {
      this.#answering.delete(waiting.identity);
    }
  }

  /** Applies others' decisions on the request again. */
  stopSendingDecision(waiting: PendingRequest): void {
    this.#answering.delete(waiting.identity);
  }

  /** Reports whether the request was in the last list or has arrived since. */
  isListed(kind: ForeignRequestKind, requestId: string): boolean {
    return this.#listed.get(kind)?.has(requestId) === true;
  }

  /** Returns others' decision that arrived while this device's was being sent. */
  decisionOfOthers(waiting: PendingRequest): RequestOutcome | undefined {
    return this.#answering.get(waiting.identity);
  }

  /** Stops following the connection. */
  close(): void {
    this.#soon?.cancel();
    this.#later?.cancel();
  }

  #onEvent(event: string, payload: unknown): void {
    const known = BY_EVENT.get(event);
    if (known === undefined) return;
    const { kind, isNew } = known;
    const requestId = readId(kind, payload);
    if (requestId === undefined) return;
    if (isNew) {
      this.#meanwhile.get(kind)?.went.delete(requestId);
      this.#remember(this.#meanwhile.get(kind)?.came, requestId);
      this.#take(kind, payload, true);
    } else {
      this.#meanwhile.get(kind)?.came.delete(requestId);
      this.#remember(this.#meanwhile.get(kind)?.went, requestId);
      this.#resolved(kind, requestId, payload);
    }
  }

  /** Remembers an ID while a list is on its way. Bounded: beyond the limit the list is read again instead. */
  #remember(ids: Set<string> | undefined, requestId: string): void {
    if (ids === undefined || ids.has(requestId)) return;
    if (ids.size < MOST_ROWS) ids.add(requestId);
    else this.#refreshSoon();
  }

  #take(kind: ForeignRequestKind, value: unknown, isFresh: boolean): void {
    const { gatewayId } = this.channel;
    const id = readId(kind, value) ?? '';
    // Before parsing, so that a flood costs little.
    if (this.#inbox.find(gatewayId, kind, id) === undefined && this.#inbox.isFull(gatewayId)) {
      this.#hasOverflowed = true;
      return;
    }
    const parsed = parseGatewayRequest(kind, value, (nodeId) => this.#names.of(nodeId));
    if (parsed === undefined) {
      this.#logger.warn('a request of a gateway could not be read', { kind });
      return;
    }
    const isNew = this.#inbox.find(gatewayId, kind, parsed.requestId) === undefined;
    const replaced = isNew && parsed.deviceId !== null ? this.#replaced.replacedBy(kind, parsed.deviceId) : undefined;
    if (replaced !== undefined) this.#amend(replaced);
    if (!this.#inbox.put(gatewayId, parsed, isFresh)) this.#hasOverflowed = true;
    if (isFresh) this.#refreshLater();
  }

  #resolved(kind: ForeignRequestKind, requestId: string, payload: unknown): void {
    const waiting = this.#inbox.find(this.channel.gatewayId, kind, requestId);
    if (waiting === undefined) return;
    const parsed = safeParse(resolved, payload);
    const word = parsed.success ? parsed.data.decision : '';
    const by = (parsed.success ? cleanName(parsed.data.resolvedBy ?? '') : '') || null;
    const ending = this.#endingOf(waiting, word, by);
    if (this.#answering.has(waiting.identity)) {
      this.#answering.set(waiting.identity, ending);
      return;
    }
    const { deviceId } = waiting.parsed;
    this.#inbox.settle(waiting, ending);
    if (ending.outcome === 'elsewhere' && word === 'rejected' && deviceId !== null)
      this.#replaced.refused(kind, deviceId, waiting.key);
  }

  #endingOf(waiting: PendingRequest, word: string, by: string | null): RequestOutcome {
    const { parsed, expiresAt, gateway } = waiting;
    if (word === 'removed') return { outcome: 'withdrawn' };
    // The gateway reports an expired approval as a rejection without a person.
    if (parsed.kind === 'exec' || parsed.kind === 'plugin') {
      if (by === null && expiresAt !== null && this.#clock.now() >= expiresAt - EXPIRY_SLACK)
        return { outcome: 'expired' };
    } else if (word === 'rejected') {
      const successor = this.#inbox
        .of(gateway, parsed.kind)
        .some((other) => other.identity !== waiting.identity && other.parsed.deviceId === parsed.deviceId);
      if (successor) return { outcome: 'replaced' };
    }
    return { outcome: 'elsewhere', decision: readDecision(word), by };
  }

  async #list(kind: ForeignRequestKind): Promise<void> {
    const { list, scope } = KINDS[kind];
    const { channel } = this;
    if (missingScopes(channel.scopes, [scope]).length > 0) return;
    const meanwhile: Meanwhile = { came: new Set(), went: new Set() };
    this.#meanwhile.set(kind, meanwhile);
    const answer = await channel.request(list, {});
    if (channel.closed.aborted) return;
    const rows = rowsOf(answer).slice(0, MOST_ROWS);
    if (kind === 'device') this.#names.learn(answer);
    const ids = new Set<string>();
    for (const row of rows) {
      const requestId = readId(kind, row);
      if (requestId === undefined) continue;
      ids.add(requestId);
      if (!meanwhile.went.has(requestId)) this.#take(kind, row, false);
    }
    this.#listed.set(kind, new Set([...ids, ...meanwhile.came].filter((one) => !meanwhile.went.has(one))));
    const gone = this.#inbox
      .of(channel.gatewayId, kind)
      .filter(({ parsed }) => !ids.has(parsed.requestId) && !meanwhile.came.has(parsed.requestId));
    await this.#endVanished(kind, gone);
  }

  /** Ends requests that are gone from the list without an event. */
  async #endVanished(kind: ForeignRequestKind, gone: readonly PendingRequest[]): Promise<void> {
    for (const [index, waiting] of gone.entries()) {
      const { parsed, expiresAt, heardAt } = waiting;
      if (this.#answering.has(waiting.identity)) continue;
      const now = this.#clock.now();
      const isPairing = kind === 'device' || kind === 'node';
      const hasSuccessor =
        isPairing && this.#inbox.of(waiting.gateway, kind).some((one) => isSuccessor(one, waiting, gone));
      if (hasSuccessor) this.#inbox.settle(waiting, { outcome: 'replaced' });
      else if (isPairing)
        this.#inbox.settle(waiting, {
          outcome: kind === 'device' && now - heardAt >= this.#limits.deviceLife ? 'expired' : 'withdrawn',
        });
      else if (expiresAt !== null && now >= expiresAt) this.#inbox.settle(waiting, { outcome: 'expired' });
      else {
        const ending = index < MOST_OUTCOME_REQUESTS ? await this.#requestOutcome(parsed.requestId) : undefined;
        if (!this.#answering.has(waiting.identity)) this.#inbox.settle(waiting, ending ?? { outcome: 'withdrawn' });
      }
    }
  }

  async #requestOutcome(id: string): Promise<RequestOutcome | undefined> {
    try {
      const parsed = safeParse(approvalAnswer, await this.channel.request('approval.get', { id }));
      if (!parsed.success) return undefined;
      const { status, decision } = parsed.data.approval;
      if (status === 'expired') return { outcome: 'expired' };
      if (status === 'pending') return undefined;
      return { outcome: 'elsewhere', decision: readDecision(decision ?? '') };
    } catch {
      return undefined;
    }
  }

  #refreshSoon(): void {
    if (this.channel.closed.aborted) return;
    this.#soon ??= this.#clock.setTimer(this.#limits.pace, () => {
      this.#soon = undefined;
      void this.refreshAll();
    });
  }

  #refreshLater(): void {
    if (this.channel.closed.aborted || this.#later !== undefined) return;
    const { gatewayId } = this.channel;
    if (PAIRING.every((kind) => this.#inbox.of(gatewayId, kind).length === 0)) return;
    this.#later = this.#clock.setTimer(this.#limits.refreshInterval, () => {
      this.#later = undefined;
      void this.#lookAt(PAIRING);
    });
  }
}

function isSuccessor(one: PendingRequest, before: PendingRequest, gone: readonly PendingRequest[]): boolean {
  return one.parsed.deviceId === before.parsed.deviceId && !gone.includes(one);
}

/** Returns the rows of an answer: `pending` for pairing requests, otherwise the answer itself. */
function rowsOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  const pending: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'pending') : undefined;
  return Array.isArray(pending) ? pending : [];
}
