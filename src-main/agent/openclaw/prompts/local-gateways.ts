import { type GatewayView } from '#shared/app-api/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import { openClawError, OpenClawError, type HeartbeatMessage } from '#shared/openclaw/prompts/index.ts';
import type { GatewayDirectory } from '../gateways/index.ts';
import { MOST_WORDS } from './limits.ts';
import type { Workflow } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { delay } from '#shared/timeout.ts';
import type { AuditLog } from '../../core/store/index.ts';
import type { HeartbeatSource } from './heartbeat.ts';
import { restartGateway, runWorkflow } from './workflows.ts';
import { runPrompt, type AnswerSink } from './prompt-run.ts';

/** Gateways of this device with their views, as the prompts use them. */
export type PromptGateways = GatewayDirectory & Readonly<{ view(id: string): GatewayView }>;

/**
 * Finds a gateway of this device by name or ID, for the person here or a peer; without a reference the first connected one, or else the first.
 * @throws {OpenClawError} `remote.no-gateway`
 */
export function defaultGateway(
  gateways: PromptGateways | undefined,
  reference: string | undefined,
): Readonly<{ id: string; name: string }> {
  const none = (): Error => openClawError('remote.no-gateway', 'there is no such gateway', { name: reference ?? '' });
  if (gateways === undefined) throw none();
  if (reference !== undefined) {
    try {
      return gateways.find(reference);
    } catch {
      throw none();
    }
  }
  const all = gateways.list();
  const found = all.find(({ id }) => gateways.channel(id, 'operator') !== undefined) ?? all[0];
  if (found === undefined) throw none();
  return found;
}

/** Converts an error for sending it to a peer: codes of this device's gateways would mean the peer's own gateways there, so they become text. */
export function portableError(error: unknown): OpenClawError {
  if (error instanceof OpenClawError) return error;
  if (!(error instanceof ClawReachError))
    return openClawError('remote.gateway', 'failed', { message: errorMessage(error) });
  const { what, why } = errorText(error.code, error.message, error.details);
  const gatewayText = String(error.details['message'] ?? '');
  const message = cleanDetail(
    `${what} ${error.code === 'gateway.request' && gatewayText !== '' ? gatewayText : why}`,
    MOST_WORDS,
  );
  return openClawError('remote.gateway', message, { message }, error);
}

/** Options of `LocalGateways`. */
export type LocalGatewaysOptions = Readonly<{
  /** Undefined if this device has none. */
  gateways: PromptGateways | undefined;
  heartbeats: HeartbeatSource;
  clock: Clock;
  audit: AuditLog;
  workflow(name: string): Workflow | undefined;
  createRunId(): string;
  /** Interval between heartbeats, ms. */
  heartbeat: number;
}>;

type Answered = Readonly<{ text: string; taskId: string | null }>;

/**
 * Prompts, workflows, status and restarts at this device's own gateways, for the person here. Offers what `PromptServer` offers peers, without rights
 * and links. Sends requests to the gateways. Writes workflows and restarts to the audit log, but no prompts.
 */
export class LocalGateways {
  readonly #options: LocalGatewaysOptions;

  constructor(options: LocalGatewaysOptions) {
    this.#options = options;
  }

  /** Sends a prompt. @throws as `runPrompt`; {OpenClawError} `remote.no-gateway` */
  async prompt(
    request: Readonly<{ gateway: string | undefined; prompt: string; session: string | undefined }>,
    sink: AnswerSink,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { clock, createRunId } = this.#options;
    const { gateways, id } = this.#choose(request.gateway);
    const runId = createRunId();
    const text = await runPrompt({ gateways, clock }, { ...request, gateway: id, runId }, sink, signal);
    return { text, taskId: runId };
  }

  /** Runs a workflow. @throws {OpenClawError} `remote.unknown-workflow`, `remote.no-gateway`; as `runWorkflow` */
  async workflow(
    request: Readonly<{ gateway: string | undefined; workflow: string; params: Readonly<Record<string, unknown>> }>,
    sink: AnswerSink,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { clock, audit, createRunId } = this.#options;
    const workflow = this.#options.workflow(request.workflow);
    if (workflow === undefined)
      throw openClawError('remote.unknown-workflow', 'there is no such workflow', { name: request.workflow });
    const { gateways, id, name } = this.#choose(workflow.gateway ?? request.gateway);
    audit.record('gateway.workflow', { gateway: id, name, workflow: workflow.name });
    const run = { gateway: id, action: workflow.action, values: request.params, runId: createRunId() };
    const text = await runWorkflow({ gateways, clock }, run, sink, signal);
    return { text, taskId: workflow.action.kind === 'prompt' ? run.runId : null };
  }

  /** Returns the current heartbeat. @throws {OpenClawError} `remote.no-gateway` */
  async status(gateway: string | undefined): Promise<HeartbeatMessage> {
    return await this.#options.heartbeats.beat(this.#choose(gateway).id);
  }

  /** Passes heartbeats until aborted. @throws {OpenClawError} `remote.no-gateway`; the signal's reason */
  async watch(
    gateway: string | undefined,
    onBeat: (beat: HeartbeatMessage) => void,
    signal: AbortSignal,
  ): Promise<never> {
    const { clock, heartbeats: health, heartbeat } = this.#options;
    for (;;) {
      // Chosen each time, since the gateway may have been removed.
      onBeat(await health.beat(this.#choose(gateway).id));
      await delay(clock, heartbeat, signal);
      signal.throwIfAborted();
    }
  }

  /**
   * Lists the pending tasks, then restarts the gateway if `confirmed`.
   * @returns the cancelled tasks; empty unless `confirmed`
   * @throws {OpenClawError} `remote.no-gateway`; {GatewayError}
   */
  async restart(
    gateway: string | undefined,
    confirmed: boolean,
    onPending: (tasks: readonly string[]) => void,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { heartbeats: health, audit } = this.#options;
    const { gateways, id, name } = this.#choose(gateway);
    const tasks = await health.pending(id, signal);
    onPending(tasks);
    if (!confirmed) return [];
    audit.record('gateway.restart', { gateway: id, name });
    await restartGateway(gateways, id, 'asked for at this device', signal);
    return tasks;
  }

  #choose(reference: string | undefined): Readonly<{ gateways: PromptGateways; id: string; name: string }> {
    const { gateways } = this.#options;
    const found = defaultGateway(gateways, reference);
    if (gateways === undefined) throw openClawError('remote.no-gateway', 'this device has no gateways');
    return { gateways, ...found };
  }
}
