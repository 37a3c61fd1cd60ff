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
import { readDecision, readId, parseGatewayRequest, type RemoteKind } from './parse-requests.ts';
import { missingScopes, SCOPES } from './scopes.ts';

/** Where requests of a kind are listed, and what the right to see them is. */
const KINDS: Readonly<Record<RemoteKind, Readonly<{ list: string; events: string; scope: string }>>> = {
  device: { list: 'device.pair.list', events: 'device.pair', scope: SCOPES.pairing },
  node: { list: 'node.pair.list', events: 'node.pair', scope: SCOPES.pairing },
  exec: { list: 'exec.approval.list', events: 'exec.approval', scope: SCOPES.approvals },
  plugin: { list: 'plugin.approval.list', events: 'plugin.approval', scope: SCOPES.approvals },
};
const ALL = Object.keys(KINDS) as readonly RemoteKind[];
/** Their requests end without a word, when a device gives up or is removed. */
const PAIRING: readonly RemoteKind[] = ['device', 'node'];

/** What an event means. */
type Heard = Readonly<{ kind: RemoteKind; isNew: boolean }>;
const BY_EVENT: ReadonlyMap<string, Heard> = new Map(
  ALL.flatMap((kind): readonly (readonly [string, Heard])[] => [
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
/** A refusal by nobody that is told of so shortly before the end of a request is that end, ms. */
const EXPIRY_SLACK = 5000;
/** Requests that went without a word are asked after, so many at once. */
const MOST_ASKED_AFTER = 16;

/** Rows of a list that are looked at, and requests that are remembered while one is on its way: far more than any gateway keeps. */
const MOST_ROWS = 4096;

/** What happened while a list was on its way, which it may not know. */
type Meanwhile = Readonly<{ came: Set<string>; went: Set<string> }>;

/**
 * The requests of one gateway as seen through one connection: listened to first, then listed and merged by id, listed anew after a gap and from
 * time to time while something waits that ends without a word.
 */
export class OperatorLink {
  readonly channel: GatewayChannel;
  readonly #inbox: Inbox;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #limits: OperatorLimits;
  readonly #amend: (key: string) => void;
  readonly #names = new NodeNames();
  readonly #meanwhile = new Map<RemoteKind, Meanwhile>();
  readonly #listed = new Map<RemoteKind, ReadonlySet<string>>();
  readonly #listing = new Map<RemoteKind, Promise<void>>();
  /** Answers of this device that are under way, and how each turned out according to an event. */
  readonly #answering = new Map<string, RequestOutcome | undefined>();
  readonly #replaced: ReplacedRequests;
  #hasOverflown = false;
  #soon: Timer | undefined;
  #later: Timer | undefined;

  constructor(
    options: Readonly<{
      channel: GatewayChannel;
      inbox: Inbox;
      clock: Clock;
      logger: Logger;
      limits: OperatorLimits;
      /** A request that is over was replaced, it turns out. */
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
    channel.onGap(() => this.#lookSoon());
    channel.closed.addEventListener('abort', () => this.close(), { once: true });
    void this.lookAtAll();
  }

  /** Something was settled: there is room for what had none. */
  hasRoom(): void {
    if (this.#hasOverflown) this.#lookSoon();
  }

  async lookAtAll(): Promise<void> {
    this.#hasOverflown = false;
    await this.#lookAt(ALL);
  }

  async #lookAt(kinds: readonly RemoteKind[]): Promise<void> {
    await Promise.all(
      kinds.map((kind) =>
        this.look(kind).catch((error: unknown) => {
          if (this.channel.closed.aborted) return;
          this.#logger.warn('the requests of a gateway could not be listed', { kind, error: errorMessage(error) });
        }),
      ),
    );
    this.#lookLater();
  }

  /** Reads the list of one kind and merges it; shared by those who want it at the same time. @throws {GatewayError} */
  look(kind: RemoteKind): Promise<void> {
    const running = this.#listing.get(kind);
    if (running !== undefined) return running;
    const listing = this.#list(kind).finally(() => {
      this.#listing.delete(kind);
      this.#meanwhile.delete(kind);
    });
    this.#listing.set(kind, listing);
    return listing;
  }

  /** The list as it is from now on, not one that was asked for before. @throws {GatewayError} */
  async lookAnew(kind: RemoteKind): Promise<void> {
    await this.#listing.get(kind)?.catch(() => undefined);
    await this.look(kind);
  }

  /** While the answer is under way, events about this request are its echo, or somebody else was faster. */
  async answering<Value>(waiting: PendingRequest, work: () => Promise<Value>): Promise<Value> {
    this.#answering.set(waiting.identity, undefined);
    try {
      return await work();
    } finally {
      this.#answering.delete(waiting.identity);
    }
  }

  /** What others do to it counts again. */
  stopAnswering(waiting: PendingRequest): void {
    this.#answering.delete(waiting.identity);
  }

  /** Whether the last list had it, or it came since. */
  isListed(kind: RemoteKind, requestId: string): boolean {
    return this.#listed.get(kind)?.has(requestId) === true;
  }

  /** How others have decided this one while our answer was under way. */
  heard(waiting: PendingRequest): RequestOutcome | undefined {
    return this.#answering.get(waiting.identity);
  }

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

  /** A gateway that keeps its list to itself while it tells of ever new requests fills no memory: what does not fit is listed once more. */
  #remember(ids: Set<string> | undefined, requestId: string): void {
    if (ids === undefined || ids.has(requestId)) return;
    if (ids.size < MOST_ROWS) ids.add(requestId);
    else this.#lookSoon();
  }

  #take(kind: RemoteKind, value: unknown, isFresh: boolean): void {
    const { gatewayId } = this.channel;
    const id = readId(kind, value) ?? '';
    // Before anything is looked at: a flood costs little.
    if (this.#inbox.find(gatewayId, kind, id) === undefined && this.#inbox.isFull(gatewayId)) {
      this.#hasOverflown = true;
      return;
    }
    const asked = parseGatewayRequest(kind, value, (nodeId) => this.#names.of(nodeId));
    if (asked === undefined) {
      this.#logger.warn('a request of a gateway could not be read', { kind });
      return;
    }
    const isNew = this.#inbox.find(gatewayId, kind, asked.requestId) === undefined;
    const replaced = isNew && asked.deviceId !== null ? this.#replaced.replacedBy(kind, asked.deviceId) : undefined;
    if (replaced !== undefined) this.#amend(replaced);
    if (!this.#inbox.put(gatewayId, asked, isFresh)) this.#hasOverflown = true;
    if (isFresh) this.#lookLater();
  }

  #resolved(kind: RemoteKind, requestId: string, payload: unknown): void {
    const waiting = this.#inbox.find(this.channel.gatewayId, kind, requestId);
    if (waiting === undefined) return;
    const parsed = resolved.safeParse(payload);
    const word = parsed.success ? parsed.data.decision : '';
    const by = (parsed.success ? cleanName(parsed.data.resolvedBy ?? '') : '') || null;
    const ending = this.#endingOf(waiting, word, by);
    if (this.#answering.has(waiting.identity)) {
      this.#answering.set(waiting.identity, ending);
      return;
    }
    const { deviceId } = waiting.asked;
    this.#inbox.settle(waiting, ending);
    if (ending.outcome === 'elsewhere' && word === 'rejected' && deviceId !== null)
      this.#replaced.refused(kind, deviceId, waiting.key);
  }

  #endingOf(waiting: PendingRequest, word: string, by: string | null): RequestOutcome {
    const { asked, expiresAt, gateway } = waiting;
    if (word === 'removed') return { outcome: 'withdrawn' };
    // An approval that nobody has decided is told of as a refusal by nobody.
    if (asked.kind === 'exec' || asked.kind === 'plugin') {
      if (by === null && expiresAt !== null && this.#clock.now() >= expiresAt - EXPIRY_SLACK)
        return { outcome: 'expired' };
    } else if (word === 'rejected') {
      const successor = this.#inbox
        .of(gateway, asked.kind)
        .some((other) => other.identity !== waiting.identity && other.asked.deviceId === asked.deviceId);
      if (successor) return { outcome: 'replaced' };
    }
    return { outcome: 'elsewhere', decision: readDecision(word), by };
  }

  async #list(kind: RemoteKind): Promise<void> {
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
      .filter(({ asked }) => !ids.has(asked.requestId) && !meanwhile.came.has(asked.requestId));
    await this.#missed(kind, gone);
  }

  /** Requests that are not there any more, of whose end nothing was heard. */
  async #missed(kind: RemoteKind, gone: readonly PendingRequest[]): Promise<void> {
    for (const [place, waiting] of gone.entries()) {
      const { asked, expiresAt, heardAt } = waiting;
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
        const ending = place < MOST_ASKED_AFTER ? await this.#askAfter(asked.requestId) : undefined;
        if (!this.#answering.has(waiting.identity)) this.#inbox.settle(waiting, ending ?? { outcome: 'withdrawn' });
      }
    }
  }

  async #askAfter(id: string): Promise<RequestOutcome | undefined> {
    try {
      const parsed = approvalAnswer.safeParse(await this.channel.request('approval.get', { id }));
      if (!parsed.success) return undefined;
      const { status, decision } = parsed.data.approval;
      if (status === 'expired') return { outcome: 'expired' };
      if (status === 'pending') return undefined;
      return { outcome: 'elsewhere', decision: readDecision(decision ?? '') };
    } catch {
      return undefined;
    }
  }

  #lookSoon(): void {
    if (this.channel.closed.aborted) return;
    this.#soon ??= this.#clock.setTimer(this.#limits.pace, () => {
      this.#soon = undefined;
      void this.lookAtAll();
    });
  }

  #lookLater(): void {
    if (this.channel.closed.aborted || this.#later !== undefined) return;
    const { gatewayId } = this.channel;
    if (PAIRING.every((kind) => this.#inbox.of(gatewayId, kind).length === 0)) return;
    this.#later = this.#clock.setTimer(this.#limits.lookAgain, () => {
      this.#later = undefined;
      void this.#lookAt(PAIRING);
    });
  }
}

function isSuccessor(one: PendingRequest, before: PendingRequest, gone: readonly PendingRequest[]): boolean {
  return one.asked.deviceId === before.asked.deviceId && !gone.includes(one);
}

/** `{ pending }` of pairing requests, or the list itself. */
function rowsOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  const pending: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'pending') : undefined;
  return Array.isArray(pending) ? pending : [];
}
