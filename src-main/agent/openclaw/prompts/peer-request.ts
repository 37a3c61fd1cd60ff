import type { ApprovalFact, Workflow } from '#shared/app-api/index.ts';
import type { RequestText } from '../../core/approvals/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { delay } from '#shared/timeout.ts';
import { LineReader } from '#shared/lines.ts';
import {
  MAX_LINE_BYTES,
  parseFollowUp,
  parseRequest,
  openClawError,
  RPC_RESET_CANCELLED,
  RPC_RESET_PROTOCOL,
  type OpenClawRequest,
} from '#shared/openclaw/prompts/index.ts';
import type { PromptCaller } from '../../streams/index.ts';
import { defaultGateway, portableError, type PromptGateways } from './local-gateways.ts';
import type { HeartbeatSource } from './heartbeat.ts';
import type { PromptLimits } from './limits.ts';
import { runPrompt } from './prompt-run.ts';
import { restartGateway, runWorkflow } from './workflows.ts';
import { ReplyWriter } from './reply-writer.ts';

/**
 * Describes a peer's request for the person here, who is asked to approve it; undefined for requests to watch heartbeats, which are never asked
 * about. The peer's text comes last, on one line, or in a field of its own, so that it can't pass for text of this device.
 * @param gateway the gateway to use; without an ID if it doesn't exist
 */
export function describePrompt(
  request: OpenClawRequest,
  gateway: Readonly<{ id?: string; name: string }> | undefined,
  workflow: Workflow | undefined,
): RequestText | undefined {
  const at: readonly ApprovalFact[] = gateway === undefined ? [] : [{ fact: 'gateway', value: gateway.name }];
  const subject = gateway?.id;
  switch (request.type) {
    case 'prompt': {
      const { session, prompt } = request.data;
      const inSession: readonly ApprovalFact[] =
        session === undefined ? [] : [{ fact: 'session', value: oneLine(session) }];
      return {
        detail: `send OpenClaw a prompt: ${oneLine(prompt)}`,
        facts: [...at, ...inSession],
        subject,
        audited: `send OpenClaw a prompt of ${prompt.length} characters`,
      };
    }
    case 'workflow': {
      const { workflow: name, params } = request.data;
      const method = workflow?.action.kind === 'method' ? workflow.action.method : undefined;
      const calls: readonly ApprovalFact[] = method === undefined ? [] : [{ fact: 'method', value: method }];
      const values: readonly ApprovalFact[] =
        params === undefined || Object.keys(params).length === 0
          ? []
          : [{ fact: 'values', value: JSON.stringify(params) }];
      return { detail: `start the workflow ${name}`, facts: [...at, ...calls, ...values], subject };
    }
    case 'restart':
      return {
        detail:
          request.data?.confirm === true
            ? 'restart OpenClaw; what it is doing is broken off'
            : 'see what a restart of OpenClaw would break off',
        facts: at,
        subject,
      };
    case 'status':
      return { detail: 'see how OpenClaw is doing', facts: at, subject };
    case 'workflows':
      return { detail: 'see the names of your workflows' };
    case 'watch':
      return undefined;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, ' ⏎ ').replaceAll('\t', ' ');
}

/** Services and limits for serving peers' requests. */
export type PeerRequestParts = Readonly<{
  gateways: PromptGateways | undefined;
  heartbeats: HeartbeatSource;
  clock: Clock;
  limits: PromptLimits;
  createRunId(): string;
  workflow(name: string): Workflow | undefined;
  workflows(): readonly Workflow[];
  /** Counts a request. @throws {OpenClawError} `remote.rate` */
  count(): void;
  /** Counts a run. @returns function that ends the run; idempotent @throws {OpenClawError} `remote.too-many` */
  takeRun(): () => void;
  audit: Readonly<{
    refused(kind: string, code: string): void;
    started(request: OpenClawRequest, gateway: string, workflow: string | null): void;
    ended(kind: string, gateway: string, outcome: string, length: number): void;
  }>;
}>;

/** Gateway and workflow of a request. `missing`: error if one doesn't exist. */
type Found = Readonly<{
  workflow: Workflow | undefined;
  gateway: Readonly<{ id: string; name: string }> | undefined;
  missing: Error | undefined;
}>;

/** Most messages after a request; only a misbehaving peer sends more. */
const MOST_FOLLOW_UPS = 8;

/**
 * One request of a peer: reads it from its stream, checks the peer's right, which may ask the person here, runs it at a gateway and replies. Used by
 * `PromptServer`, which writes its refusal, or its start and end, to the audit log, and the latter to the history.
 */
export class PeerRequest {
  readonly #parts: PeerRequestParts;
  readonly #caller: PromptCaller;
  readonly #stream: LinkStream;
  readonly #stop = new AbortController();
  #confirm: (() => void) | undefined;
  #runId: string | undefined;

  constructor(parts: PeerRequestParts, caller: PromptCaller, stream: LinkStream) {
    this.#parts = parts;
    this.#caller = caller;
    this.#stream = stream;
    // A peer that has gone doesn't want the answer any more.
    void stream.closed.then(() => this.#stop.abort(openClawError('remote.aborted', 'the peer is gone')));
  }

  /** Ends the request: the right was revoked, or the agent stops. */
  end(code: 'remote.revoked' | 'remote.aborted'): void {
    this.#stop.abort(openClawError(code, 'called off'));
  }

  /** Serves the request until its end. Never throws. */
  async run(): Promise<void> {
    const lines = new LineReader(this.#stream, MAX_LINE_BYTES);
    const request = await this.#receive(lines);
    if (request === undefined) return;
    const { type: kind, request_id: requestId } = request;
    const replies = new ReplyWriter(this.#stream, requestId);
    void this.#followUps(lines, requestId);
    try {
      this.#parts.count();
      await this.#serve(request, replies);
    } catch (error) {
      // The abort is the cause, even if it surfaced as another error.
      const why = portableError(this.#stop.signal.aborted ? this.#stop.signal.reason : error);
      this.#parts.audit.refused(kind, why.code);
      replies.send({ type: 'error', request_id: requestId, code: why.code, message: why.message.slice(0, 1024) });
    }
    await this.#finish(replies);
  }

  async #receive(lines: LineReader): Promise<OpenClawRequest | undefined> {
    const timer = this.#parts.clock.setTimer(this.#parts.limits.request, () => this.#stream.reset(RPC_RESET_CANCELLED));
    try {
      const line = await lines.read();
      if (line !== null) return parseRequest(line);
      this.#stream.reset(RPC_RESET_CANCELLED);
    } catch (error) {
      this.#parts.audit.refused('stream', 'remote.protocol');
      this.#stream.reset(error instanceof FormatError ? RPC_RESET_PROTOCOL : RPC_RESET_CANCELLED);
    } finally {
      timer.cancel();
    }
    return undefined;
  }

  async #followUps(lines: LineReader, requestId: string): Promise<void> {
    try {
      for (let count = 0; count < MOST_FOLLOW_UPS; count += 1) {
        const line = await lines.read();
        // The end of the peer's data isn't a cancellation.
        if (line === null) return;
        const { type, request_id: id } = parseFollowUp(line);
        if (id !== requestId) break;
        if (type === 'confirm') this.#confirm?.();
        else this.#stop.abort(openClawError('remote.aborted', 'called off by the peer'));
      }
      this.#stream.reset(RPC_RESET_PROTOCOL);
    } catch (error) {
      if (error instanceof FormatError) this.#stream.reset(RPC_RESET_PROTOCOL);
    }
  }

  async #finish(replies: ReplyWriter): Promise<void> {
    const timer = this.#parts.clock.setTimer(this.#parts.limits.rest, () => this.#stream.reset(RPC_RESET_CANCELLED));
    try {
      await replies.flushed();
      this.#stream.end().catch(() => undefined);
      await this.#stream.closed;
    } finally {
      timer.cancel();
    }
  }

  async #serve(request: OpenClawRequest, replies: ReplyWriter): Promise<void> {
    const { signal } = this.#stop;
    const { audit } = this.#parts;
    const { workflow, gateway, missing } = this.#find(request);
    const wanted = describePrompt(request, gateway ?? namedGateway(request), workflow);
    const refusal = await this.#caller.authorize(wanted, signal, () =>
      replies.send({ type: 'pending', request_id: request.request_id, reason: 'approval' }),
    );
    signal.throwIfAborted();
    if (refusal !== undefined) {
      audit.refused(request.type, refusal.code);
      replies.send({ type: 'error', request_id: request.request_id, ...refusal });
      return;
    }
    // Only after the right was granted: a peer without it doesn't learn what exists.
    if (missing !== undefined) throw missing;
    const id = gateway?.id ?? '';
    audit.started(request, id, workflow?.name ?? null);
    let length = 0;
    let outcome = 'done';
    try {
      length = await this.#act(request, id, workflow, replies);
      const task = this.#runId === undefined ? {} : { task_id: this.#runId };
      replies.send({ type: 'done', request_id: request.request_id, ...task });
    } catch (error) {
      outcome = errorCode(signal.aborted ? signal.reason : error);
      if (!signal.aborted && id !== '') this.#parts.heartbeats.failed(id, error);
      const why = portableError(signal.aborted ? signal.reason : error);
      replies.send({
        type: 'error',
        request_id: request.request_id,
        code: why.code,
        message: String(why.details['message'] ?? why.message).slice(0, 1024),
      });
    } finally {
      audit.ended(request.type, id, outcome, length);
    }
  }

  #find(request: OpenClawRequest): Found {
    const workflow = request.type === 'workflow' ? this.#parts.workflow(request.data.workflow) : undefined;
    try {
      if (request.type === 'workflow' && workflow === undefined)
        throw openClawError('remote.unknown-workflow', 'there is no such workflow', { name: request.data.workflow });
      const gateway = request.type === 'workflows' ? undefined : this.#gateway(request, workflow);
      return { workflow, gateway, missing: undefined };
    } catch (error) {
      return { workflow, gateway: undefined, missing: portableError(error) };
    }
  }

  #gateway(
    request: Exclude<OpenClawRequest, { type: 'workflows' }>,
    workflow: Workflow | undefined,
  ): Readonly<{ id: string; name: string }> {
    // A workflow's own gateway takes precedence over the peer's choice.
    return defaultGateway(this.#parts.gateways, workflow?.gateway ?? request.data?.gateway);
  }

  /** Does what the request asks. @returns characters of the answer */
  async #act(
    request: OpenClawRequest,
    gateway: string,
    workflow: Workflow | undefined,
    replies: ReplyWriter,
  ): Promise<number> {
    const { request_id: requestId } = request;
    switch (request.type) {
      case 'prompt':
        return await this.#prompt(gateway, request.data.prompt, request.data.session, replies);
      case 'workflow':
        return workflow === undefined ? 0 : await this.#workflow(gateway, workflow, request.data.params ?? {}, replies);
      case 'status': {
        const beat = await this.#parts.heartbeats.beat(gateway);
        replies.send({ type: 'status', request_id: requestId, ...beat });
        return 0;
      }
      case 'restart':
        await this.#restart(gateway, requestId, request.data?.confirm === true, replies);
        return 0;
      case 'workflows': {
        const workflows = this.#parts.workflows().map(({ name, description }) => ({ name, description }));
        replies.send({ type: 'workflows', request_id: requestId, workflows });
        return 0;
      }
      case 'watch':
        await this.#watch(gateway, replies);
        return 0;
    }
  }

  async #prompt(gateway: string, prompt: string, session: string | undefined, replies: ReplyWriter): Promise<number> {
    const { gateways, clock, createRunId, takeRun } = this.#parts;
    if (gateways === undefined) return 0;
    const free = takeRun();
    try {
      this.#runId = createRunId();
      const promptRequest = { gateway, prompt, session, runId: this.#runId };
      return (await runPrompt({ gateways, clock }, promptRequest, replies, this.#stop.signal)).length;
    } finally {
      free();
    }
  }

  async #workflow(
    gateway: string,
    { action }: Workflow,
    values: Readonly<Record<string, unknown>>,
    replies: ReplyWriter,
  ): Promise<number> {
    const { gateways, clock, createRunId, takeRun } = this.#parts;
    if (gateways === undefined) return 0;
    const free = takeRun();
    try {
      const runId = createRunId();
      if (action.kind === 'prompt') this.#runId = runId;
      const run = { gateway, action, values, runId };
      return (await runWorkflow({ gateways, clock }, run, replies, this.#stop.signal)).length;
    } finally {
      free();
    }
  }

  async #restart(gateway: string, requestId: string, confirm: boolean, replies: ReplyWriter): Promise<void> {
    const { signal } = this.#stop;
    const { gateways, heartbeats: health, limits, clock } = this.#parts;
    // Created before the message is sent: the reply may come at once.
    const confirmed = new Promise<boolean>((resolve) => {
      if (!confirm) return resolve(false);
      const timer = clock.setTimer(limits.confirm, () => resolve(false));
      signal.addEventListener('abort', () => resolve(false), { once: true });
      this.#confirm = () => {
        timer.cancel();
        resolve(true);
      };
    });
    const tasks = [...(await health.pending(gateway, signal))];
    replies.send({ type: 'pending', request_id: requestId, tasks });
    if (!confirm) return;
    const yes = await confirmed;
    signal.throwIfAborted();
    if (!yes) throw openClawError('remote.not-confirmed', 'the restart was not confirmed in time');
    if (gateways !== undefined) await restartGateway(gateways, gateway, 'asked for by a paired device', signal);
  }

  async #watch(gateway: string, replies: ReplyWriter): Promise<void> {
    const { signal } = this.#stop;
    const { clock, heartbeats: health, limits } = this.#parts;
    for (;;) {
      const beat = await health.beat(gateway);
      // A slow reader misses some heartbeats.
      if (!replies.isBehind) replies.send(beat);
      await delay(clock, limits.heartbeat, signal);
      signal.throwIfAborted();
    }
  }
}

/** Returns the gateway that the request names; undefined for the default one. */
function namedGateway(request: OpenClawRequest): Readonly<{ name: string }> | undefined {
  const name = request.data !== undefined && 'gateway' in request.data ? request.data.gateway : undefined;
  return name === undefined ? undefined : { name: cleanName(name) };
}
