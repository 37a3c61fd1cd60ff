import type {
  CallInput,
  DecidedGatewayRequest,
  GatewayRequestDecision,
  GatewayRequestView,
} from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { GatewayChannel, GatewayDirectory } from '../gateways/index.ts';
import type { AuditLog, DocumentFile } from '../../core/store/index.ts';
import { sendDecision } from './send-decision.ts';
import { RequestError } from './errors.ts';
import { RequestHistory } from './request-history.ts';
import { Inbox, type PendingRequest } from './inbox.ts';
import { OPERATOR_LIMITS, type OperatorLimits } from './limits.ts';
import { OperatorLink } from './operator-link.ts';
import type { ForeignRequestKind } from './parse-requests.ts';
import type { RunApprover, RunRequest } from './run-approver.ts';

/** Options of `OperatorService`. */
export type OperatorServiceOptions = Readonly<{
  /** `requests.json` of the profile. */
  file: DocumentFile;
  clock: Clock;
  logger: Logger;
  audit: Pick<AuditLog, 'record'>;
  /** Called after changes of the waiting requests, at most four times a second. */
  onChange(): void;
  limits?: Partial<OperatorLimits>;
}>;

type OperatorGateways = Pick<GatewayDirectory, 'onChannel' | 'onRemoved' | 'list' | 'channel' | 'ready'>;

/** Shortest time between two `onChange`, ms. */
const PACE = 250;
/** Longest wait for a lost connection when a decision is sent, ms. */
const PATIENCE = 10_000;

/**
 * Requests that wait for this person's decision: those at gateways, and runs on this machine as their node. Sends decisions to gateways. Saves each
 * request that ends, decided here or not, in the history (`requests.json`) and writes it to the audit log. Used by the handlers of the app API and by
 * the node.
 */
export class OperatorService implements RunApprover {
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
  #gateways: OperatorGateways | undefined;
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

  /** Follows the requests on every operator connection. */
  attach(gateways: OperatorGateways): void {
    this.#gateways = gateways;
    this.#offs.push(
      gateways.onChannel('operator', (channel) => this.#connected(channel)),
      gateways.onRemoved((id) => this.#forget(id)),
    );
  }

  /** Number of all waiting requests. */
  get pendingCount(): number {
    return this.#inbox.count;
  }

  /** Counts the waiting requests of one gateway. */
  waiting(gateway: string): number {
    return this.#inbox.countOf(gateway);
  }

  /** Returns the waiting requests, oldest first. */
  list(): GatewayRequestView[] {
    return this.#inbox.views();
  }

  /** Returns the decided requests, newest first. */
  decided(): DecidedGatewayRequest[] {
    return this.#inbox.decided();
  }

  async ask(request: RunRequest, signal: AbortSignal): Promise<GatewayRequestDecision> {
    if (this.#isClosed) throw new DOMException('no one is asked any more', 'AbortError');
    return await this.#inbox.ask(request, signal);
  }

  /**
   * Applies the person's decision. Before an approval the request is read again at its gateway and compared with what
   * was shown.
   * @param by name of the browser in which the person has answered; undefined for one at this machine
   * @throws {RequestError}; {GatewayError} `gateway.scope`, why the gateway can't be reached, or its error;
   *   {DOMException} AbortError
   */
  async decide(
    { key, decision, reason }: CallInput<'requests.decide'>,
    signal: AbortSignal,
    by?: string,
  ): Promise<DecidedGatewayRequest> {
    const waiting = this.#inbox.require(key);
    const { parsed } = waiting;
    if (!parsed.decisions.includes(decision))
      throw new RequestError('request.decision', 'this answer is not offered', { details: { decision } });
    const result = {
      decision,
      reason: reason ?? null,
      outcome: decision === 'reject' ? 'rejected' : 'approved',
      by: by ?? null,
    } as const;
    if (parsed.kind === 'run') return this.#ended(waiting, this.#inbox.settle(waiting, result));
    if (this.#answering.has(waiting.identity))
      throw new RequestError('request.answered', 'an answer is on its way already');
    this.#answering.add(waiting.identity);
    try {
      const link = await this.#linkOf(waiting.gateway, signal);
      return await link.sendingDecision(waiting, () =>
        this.#send(link, waiting, parsed.kind as ForeignRequestKind, result, signal),
      );
    } finally {
      this.#answering.delete(waiting.identity);
    }
  }

  /** Stops following requests, ends the waiting runs without a decision, and saves the history. */
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
    kind: ForeignRequestKind,
    result: Readonly<{
      decision: GatewayRequestDecision;
      reason: string | null;
      outcome: 'approved' | 'rejected';
      by: string | null;
    }>,
    signal: AbortSignal,
  ): Promise<DecidedGatewayRequest> {
    const { decision } = result;
    if (decision !== 'reject') await this.#checkAgain(link, waiting, kind);
    const [missing] = decision === 'reject' ? [] : this.#inbox.view(waiting).missingScopes;
    if (missing !== undefined) throw gatewayError('gateway.scope', `this needs ${missing}`, { missing, method: kind });
    try {
      const isOurs = await sendDecision(link.channel, waiting.parsed, decision, signal);
      const ending = isOurs
        ? result
        : { outcome: 'elsewhere' as const, decision, by: link.decisionOfOthers(waiting)?.by ?? null };
      return this.#ended(waiting, this.#inbox.settle(waiting, ending));
    } catch (error) {
      // Someone else was faster or the request has expired; an event or the list reveals which.
      const decisionOfOthers = link.decisionOfOthers(waiting);
      if (decisionOfOthers !== undefined) this.#inbox.settle(waiting, decisionOfOthers);
      else if (error instanceof Error && 'code' in error && error.code === 'gateway.request') {
        await this.#afterRefusal(link, waiting, kind);
      }
      this.#inbox.require(waiting.key);
      throw error;
    }
  }

  /** Ends the decision after a rejection by the gateway, so that the list can end the request. */
  async #afterRefusal(link: OperatorLink, waiting: PendingRequest, kind: ForeignRequestKind): Promise<void> {
    link.stopSendingDecision(waiting);
    await link.refreshAgain(kind).catch(() => undefined);
  }

  /** Reads the request again and compares it with what was shown. @throws {RequestError} if it has changed or ended; {GatewayError} */
  async #checkAgain(link: OperatorLink, waiting: PendingRequest, kind: ForeignRequestKind): Promise<void> {
    await link.refreshAgain(kind);
    const decisionOfOthers = link.decisionOfOthers(waiting);
    if (decisionOfOthers !== undefined) this.#inbox.settle(waiting, decisionOfOthers);
    else if (!link.isListed(kind, waiting.parsed.requestId)) await this.#afterRefusal(link, waiting, kind);
    this.#inbox.require(waiting.key);
  }

  /** Returns the entry of a request that has just ended, or that of a faster decision. */
  #ended(waiting: PendingRequest, decided: DecidedGatewayRequest | undefined): DecidedGatewayRequest {
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
    channel.closed.addEventListener('abort', () => this.#keepAfterLoss(id, link), { once: true });
  }

  /** Keeps a lost gateway's requests for a while, until the connection is back. */
  #keepAfterLoss(id: string, link: OperatorLink): void {
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
      if (waiting.parsed.kind !== 'run') this.#inbox.settle(waiting, { outcome: 'withdrawn' });
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
