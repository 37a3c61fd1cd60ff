import { type GatewayView } from '#shared/app-api/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import { remoteError, RemoteError, type HeartbeatMessage } from '#shared/openclaw/prompts/index.ts';
import type { Gateways } from '../gateways/index.ts';
import { MOST_WORDS } from './limits.ts';
import type { Workflow } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { AuditLog } from '../../core/store/index.ts';
import type { GatewayHealth } from './heartbeat.ts';
import { delay, restartGateway, runWorkflow } from './workflows.ts';
import { runPrompt, type AnswerSink } from './prompt-run.ts';

/** The gateways, and how each is. */
export type RemoteGateways = Gateways & Readonly<{ view(id: string): GatewayView }>;

/**
 * The gateway that is meant: by name or id; without one the first that is connected, or the first there is.
 * @throws {RemoteError} `remote.no-gateway`
 */
export function defaultGateway(
  gateways: RemoteGateways | undefined,
  reference: string | undefined,
): Readonly<{ id: string; name: string }> {
  const none = (): Error => remoteError('remote.no-gateway', 'there is no such gateway', { name: reference ?? '' });
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

/** An error as another device may have it: codes of gateways are this device's, so they become words. */
export function portableError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error;
  if (!(error instanceof ClawReachError))
    return remoteError('remote.gateway', 'failed', { message: errorMessage(error) });
  const { what, why } = errorText(error.code, error.message, error.details);
  const said = String(error.details['message'] ?? '');
  const message = cleanDetail(`${what} ${error.code === 'gateway.request' && said !== '' ? said : why}`, MOST_WORDS);
  return remoteError('remote.gateway', message, { message }, error);
}

export type LocalGatewaysOptions = Readonly<{
  /** Undefined where this device has none. */
  gateways: RemoteGateways | undefined;
  health: GatewayHealth;
  clock: Clock;
  audit: AuditLog;
  workflow(name: string): Workflow | undefined;
  createRunId(): string;
  /** Between two heartbeats, ms. */
  heartbeat: number;
}>;

type Answered = Readonly<{ text: string; taskId: string | null }>;

/** The gateways of this device, used by the person here: what peers may do with them, without a right and a link. */
export class LocalGateways {
  readonly #options: LocalGatewaysOptions;

  constructor(options: LocalGatewaysOptions) {
    this.#options = options;
  }

  /** @throws as `runPrompt`; {RemoteError} `remote.no-gateway` */
  async prompt(
    wish: Readonly<{ gateway: string | undefined; prompt: string; session: string | undefined }>,
    sink: AnswerSink,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { clock, createRunId } = this.#options;
    const { gateways, id } = this.#choose(wish.gateway);
    const runId = createRunId();
    const text = await runPrompt({ gateways, clock }, { ...wish, gateway: id, runId }, sink, signal);
    return { text, taskId: runId };
  }

  /** @throws {RemoteError} `remote.unknown-workflow`, `remote.no-gateway`; as `runWorkflow` */
  async workflow(
    wish: Readonly<{ gateway: string | undefined; workflow: string; params: Readonly<Record<string, unknown>> }>,
    sink: AnswerSink,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { clock, audit, createRunId } = this.#options;
    const workflow = this.#options.workflow(wish.workflow);
    if (workflow === undefined)
      throw remoteError('remote.unknown-workflow', 'there is no such workflow', { name: wish.workflow });
    const { gateways, id, name } = this.#choose(workflow.gateway ?? wish.gateway);
    audit.record('gateway.workflow', { gateway: id, name, workflow: workflow.name });
    const run = { gateway: id, action: workflow.action, values: wish.params, runId: createRunId() };
    const text = await runWorkflow({ gateways, clock }, run, sink, signal);
    return { text, taskId: workflow.action.kind === 'prompt' ? run.runId : null };
  }

  /** @throws {RemoteError} `remote.no-gateway` */
  async status(gateway: string | undefined): Promise<HeartbeatMessage> {
    return await this.#options.health.beat(this.#choose(gateway).id);
  }

  /** Tells how the gateway is until it is aborted. @throws {RemoteError} `remote.no-gateway`; the signal's reason */
  async watch(
    gateway: string | undefined,
    onBeat: (beat: HeartbeatMessage) => void,
    signal: AbortSignal,
  ): Promise<never> {
    const { clock, health, heartbeat } = this.#options;
    for (;;) {
      // One that is removed meanwhile is no gateway any more.
      onBeat(await health.beat(this.#choose(gateway).id));
      await delay(clock, heartbeat, signal);
      signal.throwIfAborted();
    }
  }

  /**
   * What is pending is told first.
   * @returns what was broken off; without `confirmed` nothing is @throws {RemoteError} `remote.no-gateway`; {GatewayError}
   */
  async restart(
    gateway: string | undefined,
    confirmed: boolean,
    onPending: (tasks: readonly string[]) => void,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { health, audit } = this.#options;
    const { gateways, id, name } = this.#choose(gateway);
    const tasks = await health.pending(id, signal);
    onPending(tasks);
    if (!confirmed) return [];
    audit.record('gateway.restart', { gateway: id, name });
    await restartGateway(gateways, id, 'asked for at this device', signal);
    return tasks;
  }

  #choose(reference: string | undefined): Readonly<{ gateways: RemoteGateways; id: string; name: string }> {
    const { gateways } = this.#options;
    const found = defaultGateway(gateways, reference);
    if (gateways === undefined) throw remoteError('remote.no-gateway', 'this device has no gateways');
    return { gateways, ...found };
  }
}
