import type { Workflow } from '#shared/app-api/index.ts';
import { checkValues, fillParams, fillTemplate, placesIn, templateFields } from '#shared/openclaw/prompts/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Gateways } from '../gateways/index.ts';
import { METHOD_TIMEOUT } from './limits.ts';
import { runPrompt, type AnswerSink } from './prompt-run.ts';

/** A connection that is not there yet is waited for so long, ms. */
const PATIENCE = 30_000;
/** Characters of what a method has answered. */
const MOST_RESULT = 200_000;

type Parts = Readonly<{ gateways: Gateways; clock: Clock }>;
type WorkflowRun = Readonly<{
  /** Id of the gateway. */
  gateway: string;
  action: Workflow['action'];
  values: Readonly<Record<string, unknown>>;
  /** New for each: the gateway's name for the run, where a prompt is what it does. */
  runId: string;
}>;

/**
 * Does what a workflow of this device says, with the values for its places.
 * @returns the answer @throws {RemoteError} `remote.workflow-params`; as `runPrompt`; {GatewayError} a refusal
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
  checkValues(placesIn(action.params), values);
  const params = fillParams(action.params, values) as Readonly<Record<string, unknown>>;
  const channel = await parts.gateways.ready(gateway, 'operator', { timeout: PATIENCE, signal });
  const result = await channel.request(action.method, params, { signal, timeout: METHOD_TIMEOUT });
  // Without indentation, which a deep and wide answer turns into hundreds of times its length.
  const text = (JSON.stringify(result) ?? 'null').slice(0, MOST_RESULT);
  sink.token(text);
  return text;
}

/** Has a gateway start anew, whatever runs there. @throws {GatewayError} a refusal, or no connection */
export async function restartGateway(
  gateways: Gateways,
  gateway: string,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const channel = await gateways.ready(gateway, 'operator', { timeout: PATIENCE, signal });
  await channel.request('gateway.restart.request', { reason, skipDeferral: true }, { signal });
}

/** Resolves after so many ms, or when the signal is aborted. */
export function delay(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(delay, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
