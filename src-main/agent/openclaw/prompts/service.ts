import type { AppApiServer, RemoteView, Workflow } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { openClawError, type HeartbeatMessage, type OpenClawRequest } from '#shared/openclaw/prompts/index.ts';
import type { PeerHistory } from '../../history/index.ts';
import type { AuditLog, DocumentFile } from '../../core/store/index.ts';
import { OpenClawBook } from './book.ts';
import { requestFromPeer, type ReplyHandlers } from './client.ts';
import type { PromptGateways } from './local-gateways.ts';
import { HeartbeatSource } from './heartbeat.ts';
import { PROMPT_LIMITS, type PromptLimits } from './limits.ts';
import { LocalGateways } from './local-gateways.ts';
import { PromptServer } from './server.ts';
import { HeartbeatWatch } from './heartbeat-watch.ts';

/** Options of `PromptService`. */
export type PromptServiceOptions = Readonly<{
  /** `remotes.json` of the profile. */
  file: DocumentFile;
  /** Undefined if this device has no gateways and uses only those of its peers. */
  gateways: PromptGateways | undefined;
  crypto: CryptoBackend;
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  history?: Pick<PeerHistory, 'begin' | 'end'> | undefined;
  peers: Readonly<{
    nameOf(peerId: PeerId): string | undefined;
    isReachable(peerId: PeerId): boolean;
    session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  }>;
  /** Reports whether anyone is viewing the saved OpenClaws. */
  isWatched(): boolean;
  broadcast: AppApiServer['broadcast'];
  limits?: Partial<PromptLimits> | undefined;
}>;

/** Gateway of a peer; `gateway` is undefined for the peer's default one. */
export type OpenClawReference = Readonly<{ peerId: PeerId; gateway: string | undefined }>;
/** Whole answer to a prompt or workflow. `taskId`: the peer's ID of the run. */
export type PromptAnswer = Readonly<{ text: string; taskId: string | null }>;

const PACE = 250;

/**
 * Prompts, workflows, status and restarts, in both directions: peers and the person here use this device's gateways, and the person here uses
 * gateways of peers, over links that are dialed if needed. Reads and writes `remotes.json`, writes to the audit log, records peers' requests in the
 * history, and sends user interfaces the changed list of saved OpenClaws.
 */
export class PromptService {
  /** Serves peers. */
  readonly server: PromptServer;
  /** Serves the person here. */
  readonly localGateways: LocalGateways;
  readonly #options: PromptServiceOptions;
  readonly #book: OpenClawBook;
  readonly #watch: HeartbeatWatch;
  #changeTimer: Timer | undefined;

  /** Loads the saved entries. @throws {StoreError} */
  constructor(options: PromptServiceOptions) {
    this.#options = options;
    const { gateways, clock, audit, crypto, peers } = options;
    this.#book = new OpenClawBook(options);
    const health = new HeartbeatSource(gateways, clock);
    const createRequestId = (): string => toHex(crypto.randomBytes(16));
    this.server = new PromptServer({
      gateways,
      heartbeats: health,
      book: this.#book,
      clock,
      audit,
      history: options.history,
      createRunId: createRequestId,
      limits: options.limits,
    });
    this.localGateways = new LocalGateways({
      gateways,
      heartbeats: health,
      clock,
      audit,
      workflow: (name) => this.#book.workflows().find((workflow) => workflow.name === name),
      createRunId: createRequestId,
      heartbeat: options.limits?.heartbeat ?? PROMPT_LIMITS.heartbeat,
    });
    this.#watch = new HeartbeatWatch({
      ...peers,
      book: this.#book,
      clock,
      createRequestId,
      isWanted: () => options.isWatched(),
      onChange: () => this.#changed(),
    });
  }

  /** Sends a prompt to a peer's gateway. @throws as `requestFromPeer` */
  async prompt(
    { peerId, gateway }: OpenClawReference,
    request: Readonly<{ prompt: string; session: string | undefined }>,
    handlers: ReplyHandlers,
    signal: AbortSignal,
  ): Promise<PromptAnswer> {
    const { prompt, session } = request;
    const data = { prompt, ...(session !== undefined && { session }), ...at(gateway) };
    return await this.#answer(peerId, { type: 'prompt', request_id: this.#id(), data }, handlers, signal);
  }

  /** Runs a peer's workflow. @throws as `requestFromPeer` */
  async workflow(
    { peerId, gateway }: OpenClawReference,
    request: Readonly<{ workflow: string; params: Readonly<Record<string, unknown>> }>,
    handlers: ReplyHandlers,
    signal: AbortSignal,
  ): Promise<PromptAnswer> {
    const data = { workflow: request.workflow, params: { ...request.params }, ...at(gateway) };
    return await this.#answer(peerId, { type: 'workflow', request_id: this.#id(), data }, handlers, signal);
  }

  /** Returns the current heartbeat of a peer's gateway. @throws as `requestFromPeer` */
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
    if (found === undefined) throw openClawError('remote.protocol', 'no status came');
    return found;
  }

  /** Passes the heartbeats of a peer's gateway until aborted. @throws as `requestFromPeer` */
  async watch(
    { peerId, gateway }: OpenClawReference,
    handlers: Readonly<{ onApproval(): void; onBeat(beat: HeartbeatMessage): void }>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#ask(peerId, { type: 'watch', request_id: this.#id(), data: at(gateway) }, handlers, signal);
  }

  /**
   * Lists the pending tasks at a peer's gateway, then restarts it if `confirmed`.
   * @returns the cancelled tasks; empty unless `confirmed`
   * @throws as `requestFromPeer`
   */
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

  /** Lists a peer's workflows. @throws as `requestFromPeer` */
  async workflowsAt(
    peerId: PeerId,
    { onApproval }: Readonly<{ onApproval(): void }>,
    signal: AbortSignal,
  ): Promise<Readonly<{ name: string; description: string }>[]> {
    let found: Readonly<{ name: string; description: string }>[] = [];
    const onWorkflows: ReplyHandlers['onWorkflows'] = (workflows) => {
      found = [...workflows];
    };
    await this.#ask(peerId, { type: 'workflows', request_id: this.#id() }, { onWorkflows, onApproval }, signal);
    return found;
  }

  /** Returns this device's workflows. */
  workflows(): Workflow[] {
    return [...this.#book.workflows()];
  }

  /** Replaces this device's workflows. @throws {OpenClawError} {StoreError} as `OpenClawBook.setWorkflows` */
  setWorkflows(workflows: readonly Workflow[]): Workflow[] {
    this.#book.setWorkflows(workflows);
    this.#options.audit.record('workflows.changed', { count: workflows.length });
    return this.workflows();
  }

  /** Returns the saved OpenClaws of peers with their latest heartbeats, and begins to ask reachable peers for new ones. */
  remotes(): RemoteView[] {
    this.#watch.update();
    return this.#watch.views();
  }

  /** Saves a peer's OpenClaw under a name. @throws {OpenClawError} {StoreError} as `OpenClawBook.save` */
  save(remote: Readonly<{ name: string; reference: OpenClawReference }>, id?: string): RemoteView {
    const { name, reference } = remote;
    const saved = this.#book.save({ name, peerId: reference.peerId, gateway: reference.gateway ?? null }, id);
    this.#watch.changed(saved.id);
    this.#changed();
    return this.#watch.view(saved);
  }

  /** Removes a saved OpenClaw. @throws {OpenClawError} `remote.unknown`; {StoreError} */
  remove(id: string): void {
    this.#book.remove(id);
    this.#watch.changed(id);
    this.#changed();
  }

  close(): void {
    this.#changeTimer?.cancel();
    this.#watch.close();
    this.server.close();
  }

  #id(): string {
    return toHex(this.#options.crypto.randomBytes(16));
  }

  async #answer(
    peerId: PeerId,
    request: OpenClawRequest,
    handlers: ReplyHandlers,
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
    request: OpenClawRequest,
    handlers: ReplyHandlers,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { peers, audit } = this.#options;
    const session = await peers.session(peerId, signal);
    audit.record('remote.used', { peer: peerId, name: peers.nameOf(peerId) ?? '', kind: request.type });
    return await requestFromPeer(session, request, handlers, signal);
  }

  #changed(): void {
    this.#changeTimer ??= this.#options.clock.setTimer(PACE, () => {
      this.#changeTimer = undefined;
      this.#options.broadcast('remotes.changed', this.#watch.views());
    });
  }
}

function at(gateway: string | undefined): { gateway?: string } {
  return gateway === undefined ? {} : { gateway };
}
