import type { Workflow } from '#shared/app-api/index.ts';
import { checkValues, fillParams, fillTemplate, fieldsIn, templateFields } from '#shared/openclaw/prompts/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { GatewayDirectory } from '../gateways/index.ts';
import { METHOD_TIMEOUT } from './limits.ts';
import { runPrompt, type AnswerSink } from './prompt-run.ts';

/** Longest wait for the gateway's connection, ms. */
const PATIENCE = 30_000;
/** Most characters of a method's answer. */
const MOST_RESULT = 200_000;

type Parts = Readonly<{ gateways: GatewayDirectory; clock: Clock }>;
type WorkflowRun = Readonly<{
  /** ID of the gateway. */
  gateway: string;
  action: Workflow['action'];
  values: Readonly<Record<string, unknown>>;
  /** Idempotency key, new for each run; the gateway's ID of the run if the workflow is a prompt. */
  runId: string;
}>;

/**
 * Runs a workflow of this device at a gateway, for the person here or a peer, with values for its parameters.
 * @returns the answer
 * @throws {OpenClawError} `remote.workflow-params`; as `runPrompt`; {GatewayError} a rejection
 */
export async function runWorkflow(
  parts: Parts,
  { gateway, action, values, runId }: WorkflowRun,
  sink: AnswerSink,
  signal: AbortSignal,
): Promise<string> {
  if (action.kind === 'prompt') {
    checkValues(templateFields(action.template), values);
    return await runPrompt(parts, { gateway, prompt: fillTemplate(action.template, values), runId }, sink, signal);
  }
  checkValues(fieldsIn(action.params), values);
  const params = fillParams(action.params, values) as Readonly<Record<string, unknown>>;
  const channel = await parts.gateways.ready(gateway, 'operator', { timeout: PATIENCE, signal });
  const result = await channel.request(action.method, params, { signal, timeout: METHOD_TIMEOUT });
  // Not indented: indentation can make a deep answer hundreds of times longer.
  const text = (JSON.stringify(result) ?? 'null').slice(0, MOST_RESULT);
  sink.token(text);
  return text;
}

/** Restarts a gateway, cancelling whatever runs there. @throws {GatewayError} a rejection, or no connection */
export async function restartGateway(
  gateways: GatewayDirectory,
  gateway: string,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const channel = await gateways.ready(gateway, 'operator', { timeout: PATIENCE, signal });
  await channel.request('gateway.restart.request', { reason, skipDeferral: true }, { signal });
}
