import type {
  CallInput,
  DecidedGatewayRequest,
  GatewayRequestDecision,
  GatewayRequestView,
} from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { GatewayChannel, Gateways } from '../gateways/index.ts';
import type { AuditLog, DocumentFile } from '../../core/store/index.ts';
import { sendDecision } from './send-decision.ts';
import { RequestError } from './errors.ts';
import { RequestHistory } from './history.ts';
import { Inbox, type PendingRequest } from './inbox.ts';
import { OPERATOR_LIMITS, type OperatorLimits } from './limits.ts';
import { OperatorLink } from './operator-link.ts';
import type { RemoteKind } from './parse-requests.ts';
import type { RequestInbox, RunRequest } from './types.ts';

export type OperatorServiceOptions = Readonly<{
  /** `requests.json` of the profile. */
  file: DocumentFile;
  clock: Clock;
  logger: Logger;
  audit: Pick<AuditLog, 'record'>;
  /** The list of what waits is another; at most four times a second. */
  onChange(): void;
  limits?: Partial<OperatorLimits>;
}>;

type GatewaysSeen = Pick<Gateways, 'onChannel' | 'onRemoved' | 'list' | 'channel' | 'ready'>;

/** Changes are told at most so often, ms. */
const PACE = 250;
/** How long an answer waits for a connection that is lost just now, ms. */
const PATIENCE = 10_000;

/** Everything that waits for an answer of the person here: requests at gateways, and runs on this machine as their node. */
export class OperatorService implements RequestInbox {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #limits: OperatorLimits;
  readonly #history: RequestHistory;
  readonly #inbox: Inbox;
  readonly #onChange: () => void;
  readonly #links = new Map<string, OperatorLink>();
  readonly #away = new Map<string, Timer>();
  readonly #answering = new Set<string>();
  readonly #offs: (() => void)[] = [];
  #gateways: GatewaysSeen | undefined;
  #pace: Timer | undefined;
  #isClosed = false;

  /** Loads the history. @throws {StoreError} */
  constructor(options: OperatorServiceOptions) {
    const { clock, logger, audit, file } = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#audit = audit;
    this.#onChange = options.onChange;
    this.#limits = { ...OPERATOR_LIMITS, ...options.limits };
    this.#history = new RequestHistory({ file, clock, logger, most: this.#limits.history });
    this.#inbox = new Inbox({
      clock,
      limits: this.#limits,
      history: this.#history,
      nameOf: (id) => this.#gateways?.list().find((gateway) => gateway.id === id)?.name ?? id,
      scopesOf: (id) => this.#links.get(id)?.channel.scopes,
      onChange: () => this.#changed(),
      onSettled: (decided) => this.#settled(decided),
    });
  }

  /** Follows every connection of the role `operator`. */
  attach(gateways: GatewaysSeen): void {
    this.#gateways = gateways;
    this.#offs.push(
      gateways.onChannel('operator', (channel) => this.#connected(channel)),
      gateways.onRemoved((id) => this.#forget(id)),
    );
  }

  /** Requests that wait, of all. */
  get pendingCount(): number {
    return this.#inbox.count;
  }

  /** Those of one gateway. */
  waiting(gateway: string): number {
    return this.#inbox.countOf(gateway);
  }

  list(): GatewayRequestView[] {
    return this.#inbox.views();
  }

  /** Newest first. */
  decided(): DecidedGatewayRequest[] {
    return this.#inbox.decided();
  }

  async ask(request: RunRequest, signal: AbortSignal): Promise<GatewayRequestDecision> {
    if (this.#isClosed) throw new DOMException('nobody is asked any more', 'AbortError');
    return await this.#inbox.ask(request, signal);
  }

  /**
   * The person's answer. What is approved is looked at once more at its gateway, so that it is what was shown.
   * @throws {RequestError}; {GatewayError} `gateway.scope`, what keeps the gateway from being reached, what it answers; {DOMException} AbortError
   */
  async decide(
    { key, decision, reason }: CallInput<'requests.decide'>,
    signal: AbortSignal,
  ): Promise<DecidedGatewayRequest> {
    const waiting = this.#inbox.require(key);
    const { asked } = waiting;
    if (!asked.decisions.includes(decision))
      throw new RequestError('request.decision', 'this answer is not offered', { details: { decision } });
    const told = {
      decision,
      reason: reason ?? null,
      outcome: decision === 'reject' ? 'rejected' : 'approved',
    } as const;
    if (asked.kind === 'run') return this.#over(waiting, this.#inbox.settle(waiting, told));
    if (this.#answering.has(waiting.identity))
      throw new RequestError('request.answered', 'an answer is on its way already');
    this.#answering.add(waiting.identity);
    try {
      const link = await this.#linkOf(waiting.gateway, signal);
      return await link.answering(waiting, () => this.#send(link, waiting, asked.kind as RemoteKind, told, signal));
    } finally {
      this.#answering.delete(waiting.identity);
    }
  }

  /** Nothing is asked or followed any more; the history is saved. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const off of this.#offs.splice(0)) off();
    for (const link of this.#links.values()) link.close();
    for (const timer of this.#away.values()) timer.cancel();
    this.#pace?.cancel();
    this.#inbox.close();
    this.#history.flush();
  }

  async #send(
    link: OperatorLink,
    waiting: PendingRequest,
    kind: RemoteKind,
    told: Readonly<{ decision: GatewayRequestDecision; reason: string | null; outcome: 'approved' | 'rejected' }>,
    signal: AbortSignal,
  ): Promise<DecidedGatewayRequest> {
    const { decision } = told;
    if (decision !== 'reject') await this.#checkAgain(link, waiting, kind);
    const [missing] = decision === 'reject' ? [] : this.#inbox.view(waiting).missingScopes;
    if (missing !== undefined) throw gatewayError('gateway.scope', `this needs ${missing}`, { missing, method: kind });
    try {
      const isOurs = await sendDecision(link.channel, waiting.asked, decision, signal);
      const ending = isOurs ? told : { outcome: 'elsewhere' as const, decision, by: link.heard(waiting)?.by ?? null };
      return this.#over(waiting, this.#inbox.settle(waiting, ending));
    } catch (error) {
      // Somebody else was faster, or it has run out: an event says so, else the list.
      const heard = link.heard(waiting);
      if (heard !== undefined) this.#inbox.settle(waiting, heard);
      else if (error instanceof Error && 'code' in error && error.code === 'gateway.request') {
        await this.#afterRefusal(link, waiting, kind);
      }
      this.#inbox.require(waiting.key);
      throw error;
    }
  }

  /** No answer is under way any more, so that the list may end it. */
  async #afterRefusal(link: OperatorLink, waiting: PendingRequest, kind: RemoteKind): Promise<void> {
    link.stopAnswering(waiting);
    await link.lookAnew(kind).catch(() => undefined);
  }

  /** @throws {RequestError} where it is another thing now, or over; {GatewayError} */
  async #checkAgain(link: OperatorLink, waiting: PendingRequest, kind: RemoteKind): Promise<void> {
    await link.lookAnew(kind);
    const heard = link.heard(waiting);
    if (heard !== undefined) this.#inbox.settle(waiting, heard);
    else if (!link.isListed(kind, waiting.asked.requestId)) await this.#afterRefusal(link, waiting, kind);
    this.#inbox.require(waiting.key);
  }

  /** What has just ended; where something else was faster, that is told. */
  #over(waiting: PendingRequest, decided: DecidedGatewayRequest | undefined): DecidedGatewayRequest {
    if (decided !== undefined) return decided;
    this.#inbox.require(waiting.key);
    throw new RequestError('request.unknown', 'there is no such request');
  }

  async #linkOf(gateway: string, signal: AbortSignal): Promise<OperatorLink> {
    await this.#gateways?.ready(gateway, 'operator', { timeout: PATIENCE, signal });
    const link = this.#links.get(gateway);
    if (link === undefined || link.channel.closed.aborted)
      throw gatewayError('gateway.lost', 'the gateway is not connected');
    return link;
  }

  #connected(channel: GatewayChannel): void {
    const { gatewayId: id } = channel;
    this.#away.get(id)?.cancel();
    this.#away.delete(id);
    this.#links.get(id)?.close();
    const link = new OperatorLink({
      channel,
      inbox: this.#inbox,
      clock: this.#clock,
      logger: this.#logger,
      limits: this.#limits,
      amend: (key) => {
        this.#history.amend(key, { outcome: 'replaced' });
      },
    });
    this.#links.set(id, link);
    channel.closed.addEventListener('abort', () => this.#lost(id, link), { once: true });
  }

  /** What waits there stays in sight for a while: a connection that comes back finds it again. */
  #lost(id: string, link: OperatorLink): void {
    if (this.#links.get(id) !== link || this.#isClosed) return;
    this.#links.delete(id);
    const timer = this.#clock.setTimer(this.#limits.away, () => {
      this.#away.delete(id);
      this.#withdraw(id);
    });
    this.#away.set(id, timer);
    this.#changed();
  }

  #forget(id: string): void {
    this.#links.get(id)?.close();
    this.#links.delete(id);
    this.#away.get(id)?.cancel();
    this.#away.delete(id);
    this.#withdraw(id);
  }

  #withdraw(id: string): void {
    for (const waiting of this.#inbox.of(id))
      if (waiting.asked.kind !== 'run') this.#inbox.settle(waiting, { outcome: 'withdrawn' });
  }

  #settled(decided: DecidedGatewayRequest): void {
    const { gateway, gatewayName: name, kind, requestId: request, who, outcome, decision } = decided;
    const isOurs = outcome === 'approved' || outcome === 'rejected';
    const fields = { gateway, name, kind, request, who, outcome, decision };
    this.#audit.record(isOurs ? 'request.decided' : 'request.over', fields);
    this.#links.get(gateway)?.hasRoom();
  }

  #changed(): void {
    if (this.#isClosed) return;
    this.#pace ??= this.#clock.setTimer(PACE, () => {
      this.#pace = undefined;
      this.#onChange();
    });
  }
}
