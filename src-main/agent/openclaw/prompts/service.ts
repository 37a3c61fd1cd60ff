import type { AppApiServer, RemoteView, Workflow } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { remoteError, type HeartbeatMessage, type RemoteRequest } from '#shared/openclaw/prompts/index.ts';
import type { SessionHistory } from '../../history/index.ts';
import type { AuditLog, DocumentFile } from '../../core/store/index.ts';
import { RemoteBook } from './book.ts';
import { askRemote, type RemoteHandlers } from './client.ts';
import type { RemoteGateways } from './local-gateways.ts';
import { GatewayHealth } from './heartbeat.ts';
import { REMOTE_LIMITS, type RemoteLimits } from './limits.ts';
import { LocalGateways } from './local-gateways.ts';
import { PromptServer } from './server.ts';
import { RemoteWatch } from './heartbeat-watch.ts';

export type RemoteServiceOptions = Readonly<{
  file: DocumentFile;
  /** Undefined where this device has no gateways: then it uses those of others only. */
  gateways: RemoteGateways | undefined;
  crypto: CryptoBackend;
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  history?: Pick<SessionHistory, 'begin' | 'end'> | undefined;
  peers: Readonly<{
    nameOf(peerId: PeerId): string | undefined;
    isReachable(peerId: PeerId): boolean;
    session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  }>;
  /** Somebody looks at the remotes. */
  isWatched(): boolean;
  broadcast: AppApiServer['broadcast'];
  limits?: Partial<RemoteLimits> | undefined;
}>;

export type OpenClawReference = Readonly<{ peerId: PeerId; gateway: string | undefined }>;
export type PromptAnswer = Readonly<{ text: string; taskId: string | null }>;

const PACE = 250;

/** The remote control (P9): this device's gateways for its peers, and the gateways of its peers for this device. */
export class RemoteService {
  readonly server: PromptServer;
  readonly own: LocalGateways;
  readonly #options: RemoteServiceOptions;
  readonly #book: RemoteBook;
  readonly #watch: RemoteWatch;
  #told: Timer | undefined;

  /** Loads the document. @throws {StoreError} what is wrong with it */
  constructor(options: RemoteServiceOptions) {
    this.#options = options;
    const { gateways, clock, audit, crypto, peers } = options;
    this.#book = new RemoteBook(options);
    const health = new GatewayHealth(gateways, clock);
    const createRequestId = (): string => toHex(crypto.randomBytes(16));
    this.server = new PromptServer({
      gateways,
      health,
      book: this.#book,
      clock,
      audit,
      history: options.history,
      createRunId: createRequestId,
      limits: options.limits,
    });
    this.own = new LocalGateways({
      gateways,
      health,
      clock,
      audit,
      workflow: (name) => this.#book.workflows().find((workflow) => workflow.name === name),
      createRunId: createRequestId,
      heartbeat: options.limits?.heartbeat ?? REMOTE_LIMITS.heartbeat,
    });
    this.#watch = new RemoteWatch({
      ...peers,
      book: this.#book,
      clock,
      createRequestId,
      isWanted: () => options.isWatched(),
      onChange: () => this.#changed(),
    });
  }

  /** At a peer. @throws as `askRemote` */
  async prompt(
    { peerId, gateway }: OpenClawReference,
    wish: Readonly<{ prompt: string; session: string | undefined }>,
    handlers: RemoteHandlers,
    signal: AbortSignal,
  ): Promise<PromptAnswer> {
    const { prompt, session } = wish;
    const data = { prompt, ...(session !== undefined && { session }), ...at(gateway) };
    return await this.#answer(peerId, { type: 'prompt', request_id: this.#id(), data }, handlers, signal);
  }

  /** @throws as `askRemote` */
  async workflow(
    { peerId, gateway }: OpenClawReference,
    wish: Readonly<{ workflow: string; params: Readonly<Record<string, unknown>> }>,
    handlers: RemoteHandlers,
    signal: AbortSignal,
  ): Promise<PromptAnswer> {
    const data = { workflow: wish.workflow, params: { ...wish.params }, ...at(gateway) };
    return await this.#answer(peerId, { type: 'workflow', request_id: this.#id(), data }, handlers, signal);
  }

  /** @throws as `askRemote` */
  async status(
    { peerId, gateway }: OpenClawReference,
    { onApproval }: Readonly<{ onApproval(): void }>,
    signal: AbortSignal,
  ): Promise<HeartbeatMessage> {
    let found: HeartbeatMessage | undefined;
    const request = { type: 'status', request_id: this.#id(), data: at(gateway) } as const;
    const onBeat = (beat: HeartbeatMessage): void => {
      found = beat;
    };
    await this.#ask(peerId, request, { onBeat, onApproval }, signal);
    if (found === undefined) throw remoteError('remote.protocol', 'no status came');
    return found;
  }

  /** The heartbeats, until it is aborted. @throws as `askRemote` */
  async watch(
    { peerId, gateway }: OpenClawReference,
    handlers: Readonly<{ onApproval(): void; onBeat(beat: HeartbeatMessage): void }>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#ask(peerId, { type: 'watch', request_id: this.#id(), data: at(gateway) }, handlers, signal);
  }

  /** What is pending is told first. @returns what was broken off; without `confirmed` nothing is @throws as `askRemote` */
  async restart(
    { peerId, gateway }: OpenClawReference,
    confirmed: boolean,
    handlers: Readonly<{ onApproval(): void; onPending(tasks: readonly string[]): void }>,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    let pending: readonly string[] = [];
    const onPending = (tasks: readonly string[]): boolean => {
      pending = tasks;
      handlers.onPending(tasks);
      return confirmed;
    };
    const data = { ...at(gateway), confirm: confirmed };
    const request = { type: 'restart', request_id: this.#id(), data } as const;
    await this.#ask(peerId, request, { onApproval: handlers.onApproval, onPending }, signal);
    return confirmed ? pending : [];
  }

  /** @throws as `askRemote` */
  async workflowsAt(
    peerId: PeerId,
    { onApproval }: Readonly<{ onApproval(): void }>,
    signal: AbortSignal,
  ): Promise<Readonly<{ name: string; description: string }>[]> {
    let found: Readonly<{ name: string; description: string }>[] = [];
    const onWorkflows: RemoteHandlers['onWorkflows'] = (workflows) => {
      found = [...workflows];
    };
    await this.#ask(peerId, { type: 'workflows', request_id: this.#id() }, { onWorkflows, onApproval }, signal);
    return found;
  }

  workflows(): Workflow[] {
    return [...this.#book.workflows()];
  }

  /** @throws {RemoteError} {StoreError} as `RemoteBook.setWorkflows` */
  setWorkflows(workflows: readonly Workflow[]): Workflow[] {
    this.#book.setWorkflows(workflows);
    this.#options.audit.record('workflows.changed', { count: workflows.length });
    return this.workflows();
  }

  remotes(): RemoteView[] {
    this.#watch.look();
    return this.#watch.views();
  }

  /** @throws {RemoteError} {StoreError} as `RemoteBook.save` */
  save(remote: Readonly<{ name: string; place: OpenClawReference }>, id?: string): RemoteView {
    const { name, place } = remote;
    const saved = this.#book.save({ name, peerId: place.peerId, gateway: place.gateway ?? null }, id);
    this.#watch.changed(saved.id);
    this.#changed();
    return this.#watch.view(saved);
  }

  /** @throws {RemoteError} `remote.unknown`; {StoreError} */
  remove(id: string): void {
    this.#book.remove(id);
    this.#watch.changed(id);
    this.#changed();
  }

  close(): void {
    this.#told?.cancel();
    this.#watch.close();
    this.server.close();
  }

  #id(): string {
    return toHex(this.#options.crypto.randomBytes(16));
  }

  async #answer(
    peerId: PeerId,
    request: RemoteRequest,
    handlers: RemoteHandlers,
    signal: AbortSignal,
  ): Promise<PromptAnswer> {
    let text = '';
    const taskId = await this.#ask(
      peerId,
      request,
      {
        ...handlers,
        token: (more) => {
          text += more;
          handlers.token?.(more);
        },
        replace: (whole) => {
          text = whole;
          handlers.replace?.(whole);
        },
      },
      signal,
    );
    return { text, taskId };
  }

  async #ask(
    peerId: PeerId,
    request: RemoteRequest,
    handlers: RemoteHandlers,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { peers, audit } = this.#options;
    const session = await peers.session(peerId, signal);
    audit.record('remote.used', { peer: peerId, name: peers.nameOf(peerId) ?? '', kind: request.type });
    return await askRemote(session, request, handlers, signal);
  }

  #changed(): void {
    this.#told ??= this.#options.clock.setTimer(PACE, () => {
      this.#told = undefined;
      this.#options.broadcast('remotes.changed', this.#watch.views());
    });
  }
}

function at(gateway: string | undefined): { gateway?: string } {
  return gateway === undefined ? {} : { gateway };
}
